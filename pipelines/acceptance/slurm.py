"""Workers as a SLURM array on a one-node cluster of its own; one task is cancelled, one is killed.

``python -m pipelines.acceptance.slurm``: needs root and the Debian packages slurmctld, slurmd, slurm-client and munge.
Every study must be done exactly once.
"""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import select

from pipelines.phantom_files import StudyRecipe, write_recipe
from vcfimg.phantom import SpineSpec
from vcfimg.phantom.dicom import PhantomPatient
from vcfimg.store import open_store, sqlite_url
from vcfimg.store.store_tables import ATTEMPTS

STUDIES: Final = 8
TASKS: Final = 4
LEASE_S: Final = 15
SMALL: Final = {"slices": 5, "size": (256, 176), "pixel_mm": 1.15, "gap_mm": 4.4, "thickness_mm": 4.0}
ROOT: Final = Path(__file__).parents[2]
SCRIPT: Final = ROOT / "pipelines" / "slurm_array.sh"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def cluster(folder: Path) -> Iterator[dict[str, str]]:
    """A controller and one node; yields the environment in which the commands find them."""
    host = socket.gethostname().split(".")[0]
    key, munge = folder / "munge.key", folder / "munge.sock"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    folder.chmod(0o755)
    (folder / "slurm.conf").write_text(
        f"""ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
AuthType=auth/munge
AuthInfo=socket={munge}
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/ctld.pid
SlurmdPidFile={folder}/d.pid
SlurmctldLogFile={folder}/ctld.log
SlurmdLogFile={folder}/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=5
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""
    )
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
    commands = (
        ["munged", "-F", "--force", f"--key-file={key}", f"--socket={munge}", f"--pid-file={folder}/munge.pid",
         f"--log-file={folder}/munge.log", f"--seed-file={folder}/munge.seed"],
        ["slurmctld", "-D", "-i"],
        ["slurmd", "-D"],
    )  # fmt: skip
    started = []
    try:
        for command in commands:
            quiet = subprocess.DEVNULL
            started.append(subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet))
            time.sleep(2)
            if started[-1].poll() is not None:
                raise SystemExit(f"{command[0]} does not start")
        yield environment
    finally:
        for process in reversed(started):
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)


def main() -> int:
    """Print what happened; 0 when every study was done once."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for number in range(STUDIES):
            patient = PhantomPatient(patient_id=f"SLURM-{number}", study_date="20260102")
            spec = SpineSpec(seed=number)
            recipe = StudyRecipe(name=f"s{number}", spec=spec, patient=patient, roles=("t2",), scan=SMALL)
            write_recipe(recipe, folder / "in")
        out, url = folder / "out", sqlite_url(folder / "store.sqlite")
        screen = [sys.executable, "-m", "vcfimg", "screen", str(folder / "in"), "--out", str(out)]
        subprocess.run([*screen, "--store", url, "--enqueue", "--as-of", "2026-01-10"], check=True, cwd=ROOT)
        (folder / "slurm").mkdir()
        with cluster(folder / "slurm") as environment:
            environment |= {"VCFIMG_STORE": url, "VCFIMG_OUT": str(out), "VCFIMG_LEASE": str(LEASE_S)}
            environment |= {"VCFIMG_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
            log = f"--output={folder}/task-%a.log"
            batch = ["sbatch", f"--array=1-{TASKS}", "--mem=1500", log, str(SCRIPT)]
            said = subprocess.run(batch, env=environment, check=True, capture_output=True, text=True).stdout
            job = re.findall(r"\d+", said)[0]
            _wait_for(lambda: len(_results(out)) >= 1)
            subprocess.run(["scancel", f"{job}_1"], env=environment, check=True)
            _kill_a_worker(url)
            _wait_for(lambda: len(_results(out)) == STUDIES and (out / "worklist.json").exists())
        with open_store(url) as database, database.reading() as connection:
            outcomes = Counter(row.outcome for row in connection.execute(select(ATTEMPTS)))
            done = Counter(row.folder for row in connection.execute(select(ATTEMPTS)) if row.outcome == "done")
        listed = len(json.loads((out / "worklist.json").read_text())["studies"])
        print(f"studies {STUDIES}, results {len(_results(out))}, listed {listed}, attempts {dict(outcomes)}")
        return 0 if set(done.values()) == {1} and len(done) == STUDIES == listed else 1


def _results(out: Path) -> list[Path]:
    return list(out.glob("studies/*/result.json"))


def _kill_a_worker(url: str) -> None:
    """SIGKILL one of the tasks' workers, as the system does when memory runs out."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if b"worker" in words and url.encode() in words:
                os.kill(int(path.parent.name), signal.SIGKILL)
                return


def _wait_for(done: object, seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        if time.monotonic() > until:
            raise SystemExit("it takes too long")
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
