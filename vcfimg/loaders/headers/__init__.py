"""From files to raw headers: bounded, cached and safe against anything a file holds."""
