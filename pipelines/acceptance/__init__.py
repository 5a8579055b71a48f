"""Measurements that take minutes and decide whether a change is accepted: ``make acceptance``."""
