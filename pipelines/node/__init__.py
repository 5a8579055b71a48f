"""The storage node: takes studies by C-STORE, screens them when they are complete, and sends the results on."""
