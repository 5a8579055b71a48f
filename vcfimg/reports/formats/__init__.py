"""One writer per output format of a study, and the registry that knows them by name."""
