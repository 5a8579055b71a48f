"""The programs that run vcfimg: command line, batch over folders, worklist, training."""
