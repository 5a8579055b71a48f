"""Screening of whole folders: what to do for each study, in which process, and what is kept."""
