"""What is installed, and how it is started."""

import subprocess
import sys
import tomllib
from pathlib import Path

from pipelines.cli import app

ROOT = Path(__file__).parents[2]


def test_module_hands_over_to_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "vcfimg", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("vcfimg ")


def test_shell_completion_is_offered(run) -> None:
    assert "--install-completion" in run("--help").output
    assert app._add_completion


def test_help_names_no_file_of_the_checkout(run) -> None:
    commands = ("screen", "worklist", "inspect", "recommend", "explain", "evaluate", "phantom", "forget")
    for command in (*commands, "clinical check", "clinical template", "policy show"):
        assert "docs/" not in run(*command.split(), "--help").output


def test_development_code_stays_out_of_the_wheel() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    shipped = {"batch", "commands", "destinations", "peers", "sources"}
    folders = {path.parent.name for path in (ROOT / "pipelines").glob("*/__init__.py")}
    assert {f"pipelines/{name}" for name in folders - shipped} <= set(wheel["exclude"])
