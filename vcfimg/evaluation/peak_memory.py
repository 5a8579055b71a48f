"""Memory that a process has held."""

import resource
import sys


def peak_memory_mb(who: int = resource.RUSAGE_SELF) -> float:
    """Largest resident memory so far, in MB: of this process, or of its children with ``resource.RUSAGE_CHILDREN``."""
    peak = resource.getrusage(who).ru_maxrss
    return peak / 1024.0**2 if sys.platform == "darwin" else peak / 1024.0
