"""Accuracy on images that were made harder."""
