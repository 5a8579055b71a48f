"""Nothing leaves the machine, and nothing is written but the output: held against native code as well.

Each run has a fresh home, a fresh temporary folder, none of the variables by which a library notices a build machine,
and a filter under which the kernel kills whatever opens a socket (:mod:`tests.sealed`).
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests import sealed

REPOSITORY: Final = Path(__file__).parents[1]
SAMPLES: Final = REPOSITORY / "sample_data"
VCFIMG: Final = ("-c", "from pipelines.cli import main; main()")

pytestmark = pytest.mark.skipif(not sealed.can_seal(), reason="the filter is written for Linux on x86-64 and AArch64")


class Room:
    """An empty home, temporary folder and working folder, and beside them the only folder to write to."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "out"
        self.closed = [folder / name for name in ("home", "temporary", "work")]
        for each in self.closed:
            each.mkdir()

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Python with these arguments, sealed."""
        home, temporary, work = self.closed
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        python_path = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
        own = {
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "PYTHONPATH": python_path,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, sealed.__file__, *map(str, arguments)]
        return subprocess.run(
            command, cwd=work, env={**kept, **own}, capture_output=True, text=True, timeout=600, check=False
        )

    def left(self) -> list[str]:
        """What lies where nothing should."""
        return [str(path.relative_to(each.parent)) for each in self.closed for path in each.rglob("*")]

    def check(self, *arguments: object) -> str:
        """Run to a good end without a trace; returns the standard output."""
        done = self.run(*arguments)
        assert done.returncode != sealed.KILLED, "a socket was opened"
        assert done.returncode == 0, done.stderr
        assert self.left() == []
        return done.stdout


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


SOCKETS: Final = {
    "Python": "import socket; socket.socket()",
    "native code": "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)",
    "a name looked up": "import socket; socket.getaddrinfo('example.org', 443)",
    "a thread": "import socket, threading; threading.Thread(target=socket.socket).start()",
    "a child": """
import os, subprocess, sys
child = subprocess.run([sys.executable, "-c", "import socket; socket.socket()"])
os.kill(os.getpid(), -child.returncode)
""",
}


@pytest.mark.parametrize("code", SOCKETS.values(), ids=SOCKETS)
def test_a_socket_is_seen_whoever_opens_it(room: Room, code: str) -> None:
    assert room.run("-c", code).returncode == sealed.KILLED


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*")}


@pytest.mark.slow
def test_screening_leaves_only_its_output(room: Room) -> None:
    before = state(SAMPLES)
    facts = ("--clinical", SAMPLES / "clinical.json", "--as-of", "2026-01-10")
    room.check(*VCFIMG, "screen", SAMPLES, *facts, "--out", room.out, "--workers", 2)
    results = sorted((room.out / "studies").glob("*/result.json"))
    assert len(results) == 3
    room.check(*VCFIMG, "worklist", SAMPLES, *facts, "--out", room.out)
    room.check(*VCFIMG, "explain", results[0])
    room.check(*VCFIMG, "recommend", "--result", results[0], "--as-of", "2026-01-10")
    assert state(SAMPLES) == before


def test_inspecting_leaves_nothing(room: Room) -> None:
    room.check(*VCFIMG, "inspect", SAMPLES)
    room.check(*VCFIMG, "recommend", "--clinical", SAMPLES / "clinical.json")
    room.check(*VCFIMG, "policy", "show")
    assert not room.out.exists()


@pytest.mark.slow
def test_evaluating_leaves_only_its_output(room: Room) -> None:
    pytest.importorskip("matplotlib")
    room.check(*VCFIMG, "evaluate", "phantom:1", "--out", room.out)
    assert list(room.out.glob("*.png"))


@pytest.mark.slow
def test_making_a_phantom_leaves_only_its_output(room: Room) -> None:
    room.check(*VCFIMG, "phantom", "--out", room.out)
    assert list(room.out.rglob("*.dcm"))


EXERCISES: Final = {
    "pydicom": """
from pathlib import Path
import vcfimg
import pydicom
path = next(path for path in sorted(Path(SAMPLES).rglob("*")) if path.is_file() and pydicom.misc.is_dicom(path))
data = pydicom.dcmread(path)
data.pixel_array
if data.file_meta.TransferSyntaxUID.is_compressed:
    data.decompress()
data.compress(pydicom.uid.RLELossless)
data.save_as(OUT / "rle.dcm")
pydicom.dcmread(OUT / "rle.dcm").pixel_array
data.decompress()
data.walk(lambda *_: None)
""",
    "gdcm": """
import gdcm
reader = gdcm.ImageReader()
reader.SetFileName("absent")
assert not reader.Read()
""",
    "SimpleITK": """
import SimpleITK as sitk
sitk.WriteImage(sitk.Image(8, 8, 8, sitk.sitkFloat32), str(OUT / "image.nii.gz"))
sitk.SmoothingRecursiveGaussian(sitk.ReadImage(str(OUT / "image.nii.gz")), 2.0)
""",
    "skimage": """
import numpy as np
from skimage import color, draw, filters, measure, morphology, transform
from skimage.io import imread, imsave
imsave(OUT / "image.png", np.eye(32, dtype=np.uint8) * 200, check_contrast=False)
picture = imread(OUT / "image.png").astype(float)
measure.find_contours(transform.resize(filters.gaussian(picture), (64, 64)), 0.5)
""",
    "matplotlib": """
from vcfimg.evaluation.plots import write_plots
write_plots(OUT, [])
""",
    "highdicom": """
import vcfimg
import highdicom
highdicom.UID()
""",
    "fhir.resources": """
from fhir.resources.R4B.bundle import Bundle
Bundle.model_validate({"resourceType": "Bundle", "type": "collection", "entry": []}).model_dump_json()
""",
    "sqlalchemy": """
from sqlalchemy import URL, create_engine, text
with create_engine(URL.create("sqlite", database=str(OUT / "index.db"))).begin() as connection:
    connection.execute(text("create table seen (uid text)"))
""",
    "rich": """
from rich.console import Console
from rich.progress import track
Console().print("[bold]text[/bold]")
list(track(range(3)))
""",
    "typer": """
import typer
from typer.testing import CliRunner
app = typer.Typer()
app.command()(lambda: None)
assert CliRunner().invoke(app, ["--help"]).exit_code == 0
""",
    "jinja2": """
import jinja2
assert jinja2.Environment(autoescape=True).from_string("{{ x }}").render(x="<") == "&lt;"
""",
    "imageio": """
import imageio.v3, numpy
imageio.v3.imwrite(OUT / "image.png", numpy.zeros((8, 8), numpy.uint8))
imageio.v3.imread(OUT / "image.png")
""",
    "onnxruntime": """
import time
from vcfimg.imaging.segmenters.embedded.network import WEIGHTS, predict
import numpy
predict(numpy.zeros((1, 64, 64), numpy.float32))
time.sleep(2)
""",
    "torch": """
import torch
torch.nn.Conv2d(1, 4, 3)(torch.zeros(1, 1, 16, 16)).sum().backward()
torch.save({"weights": torch.zeros(3)}, OUT / "weights.pt")
torch.load(OUT / "weights.pt", weights_only=True)
""",
    "onnx": """
import onnx
onnx.checker.check_model(onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], [])))
""",
}


@pytest.mark.parametrize("library", EXERCISES)
def test_a_library_keeps_to_itself(room: Room, library: str) -> None:
    """Each one imported and used as little as shows what it does on its first day on a machine."""
    pytest.importorskip(library)
    room.out.mkdir()
    names = f"from pathlib import Path\nOUT, SAMPLES = Path({str(room.out)!r}), Path({str(SAMPLES)!r})\n"
    room.check("-c", names + EXERCISES[library])
