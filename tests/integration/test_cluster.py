"""The same results on a Dask cluster, also when a worker is killed."""

from __future__ import annotations

import os
import signal
import time
import warnings

import pytest

from dialer.core.errors import PacelineError
from simulator.experiment.workers import workers

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from distributed import LocalCluster


def slow_square(number: int) -> tuple[int, int]:
    time.sleep(0.3)
    return number * number, os.getpid()


@pytest.mark.filterwarnings("ignore")
def test_a_killed_worker_s_jobs_are_done_again_elsewhere() -> None:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as cluster:
        victim = next(iter(cluster.workers.values())).pid

        def jobs():
            yield from range(12)

        with workers(1, cluster.scheduler_address) as run:
            os.kill(victim, signal.SIGKILL)
            found = run(slow_square, list(jobs()))
    assert [square for square, _ in found] == [number * number for number in range(12)]
    assert victim not in {pid for _, pid in found}


def test_a_cluster_that_is_not_there_is_told() -> None:
    with pytest.raises(PacelineError, match="no Dask scheduler"), workers(1, "tcp://127.0.0.1:1"):
        pass
