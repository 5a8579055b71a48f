"""What follows from the gates: preference, plan, priority and what goes with them."""
