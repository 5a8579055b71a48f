"""What a stack shows: its contrast and body part, by rules and vocabulary."""
