"""Pictures of the series, drawn once and kept without the images."""
