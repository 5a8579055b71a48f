"""The executor of a run on this machine alone."""

from pipelines.batch.executor import Executor, InThisProcess
from pipelines.batch.resilient_pool import ResilientPool
from pipelines.batch.time_limits import GRACE_S, core_count, share_cores
from pipelines.batch.worker_process import set_up_process


def local_executor(jobs: int, *, workers: int, timeout_s: float) -> Executor:
    """Processes that share the cores; one study alone stays in this process, which is ready sooner.

    Parameters
    ----------
    jobs
        Studies that are known to wait; there are never more processes than that.
    workers
        Processes asked for; 0 = one per core.
    timeout_s
        Time limit of a study. A process that ignores it is ended some time later.
    """
    count = max(1, min(worker_count(workers), jobs))
    share_cores(count)
    if count == 1 and workers <= 1:
        return InThisProcess()
    return ResilientPool(count, limit_s=timeout_s + GRACE_S, set_up=set_up_process)


def worker_count(workers: int) -> int:
    """The number of processes that ``--workers`` stands for."""
    return workers or core_count()
