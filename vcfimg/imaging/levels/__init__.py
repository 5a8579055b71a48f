"""Names of the vertebrae: counted, guessed or given by a person."""
