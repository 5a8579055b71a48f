"""A finished decision in words, and what would change it."""
