"""From class probabilities to separate vertebral bodies in order."""
