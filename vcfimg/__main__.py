"""``python -m vcfimg``: the installed ``vcfimg`` command, found as the system finds it."""

import sys
from importlib.metadata import entry_points


def main() -> None:
    """Hand over to the console script of the distribution; the library itself knows nothing of it."""
    for command in entry_points(group="console_scripts", name="vcfimg"):
        command.load()()
        return
    sys.exit("Error: the vcfimg command is not installed: pip install vcfimg")


if __name__ == "__main__":
    main()
