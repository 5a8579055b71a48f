"""One file per ``vcfimg`` command; heavy imports stay inside the functions so that ``--help`` is instant."""
