"""Checks too long for every change: ``make acceptance``; one module per program, each exits with 1 when it falls short."""
