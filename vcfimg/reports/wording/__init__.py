"""Plain words, names and numbers as pages and tables show them."""
