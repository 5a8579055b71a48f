"""One step each, in order; a released step never changes."""
