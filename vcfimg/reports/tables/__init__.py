"""Tables and lists over studies."""
