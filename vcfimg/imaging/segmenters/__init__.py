"""What finds vertebral bodies in a volume: the embedded networks, and what may stand in their place."""
