"""What people and systems write, turned into the values of :mod:`vcfimg.clinical.inputs`."""
