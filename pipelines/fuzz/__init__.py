"""Damaged input by the thousand: only named refusals may come out."""
