"""The worker process: set up once, then one study at a time."""

import os
import signal
from typing import TextIO

from pipelines.batch.job import Job, Outcome, Settings
from pipelines.batch.process_end import end_with_parent
from pipelines.batch.time_limits import GRACE_S, watchdog

_settings: Settings | None = None
_sink: TextIO | None = None


def start(settings: Settings) -> None:
    """Make this process a worker: it leaves Ctrl-C to the parent, ends with it, and says nothing but outcomes.

    C++ libraries write header values to standard error, so it leads nowhere here.
    """
    global _settings, _sink
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    _sink = open(os.devnull, "w")  # noqa: SIM115  open as long as the process lives
    os.dup2(_sink.fileno(), 2)
    from pipelines.log import quiet_libraries

    quiet_libraries()
    _settings = settings


def work(job: Job) -> Outcome:
    """Run one job with the settings of this process."""
    assert _settings is not None
    assert _sink is not None
    from pipelines.batch.study_run import run_study

    with watchdog(_settings.timeout_s + GRACE_S, _sink):
        return run_study(job, _settings)
