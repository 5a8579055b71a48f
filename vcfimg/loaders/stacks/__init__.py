"""From headers to geometric stacks, each with one contrast, orientation and pass."""
