"""Networks that ship with the package, and the runtime that runs them on the CPU."""
