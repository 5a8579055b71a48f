"""What is derived from the readings: height loss, edema, deformity."""
