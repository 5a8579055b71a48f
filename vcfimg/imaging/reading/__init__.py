"""What is read on one series: heights, walls, canal and signal of each body."""
