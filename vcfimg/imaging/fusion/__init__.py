"""Several series and stations brought into one frame."""
