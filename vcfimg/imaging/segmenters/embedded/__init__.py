"""The segmenter that ships with the package: its network and how a stack is read with it."""
