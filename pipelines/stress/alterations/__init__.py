"""Ways to make a traced real volume harder to read; its mask and its truth follow."""
