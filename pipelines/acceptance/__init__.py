"""Checks too long for every change (``make acceptance``): a module per program; status 1 when it falls short."""
