"""Which stacks are used, and why the others are not."""
