"""What levels are counted from: the sacrum, C2 and the shape of the column."""
