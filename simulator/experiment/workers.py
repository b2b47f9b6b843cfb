"""Where replications are computed: this machine's cores, or a running Dask cluster. The results are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context
from typing import TypeVar

from dialer.core.errors import PacelineError

Job = TypeVar("Job")
Result = TypeVar("Result")
Run = Callable[[Callable[[Job], Result], Sequence[Job]], list[Result]]
"""Computes a function of every job and returns the results in the order of the jobs."""

_LIVES = 3
"""How often workers may die over the same jobs: then it is the jobs that kill them."""


@contextmanager
def workers(count: int, cluster: str = "") -> Iterator[Run]:
    """Give what runs jobs, on `count` processes of this machine or on the Dask cluster at the address `cluster`.

    A worker that dies is replaced and its jobs are done again.

    Raises
    ------
    PacelineError
        When the cluster cannot be used, or workers keep dying.
    """
    if cluster:
        with _dask(cluster) as executor:
            yield lambda function, jobs: list(executor.map(function, jobs))
        return
    pool = _Pool(count)
    try:
        yield pool.run
    finally:
        pool.close()


class _Pool:
    """Processes of this machine. They are spawned: a fork would share threads and locks of the libraries."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._executor: ProcessPoolExecutor | None = None

    def run(self, function: Callable[[Job], Result], jobs: Sequence[Job]) -> list[Result]:
        """Compute `function` of every job."""
        if self._count <= 1:
            return [function(job) for job in jobs]
        results: dict[int, Result] = {}
        for _ in range(_LIVES):
            left = [number for number in range(len(jobs)) if number not in results]
            if self._executor is None:
                self._executor = ProcessPoolExecutor(self._count, mp_context=get_context("spawn"))
            futures = {number: self._executor.submit(function, jobs[number]) for number in left}
            try:
                for number, future in futures.items():
                    results[number] = future.result()
                return [results[number] for number in range(len(jobs))]
            except BrokenProcessPool:
                for number, future in futures.items():
                    if future.done() and not future.cancelled() and future.exception() is None:
                        results[number] = future.result()
                self.close()
        raise PacelineError(f"workers died {_LIVES} times over the same simulations; is there memory for so many?")

    def close(self) -> None:
        """End the processes."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    if find_spec("distributed") is None:
        raise PacelineError(
            "a cluster needs Dask: install Paceline with its extra 'cluster' (pip install '.[cluster]')"
        )
    from distributed import Client

    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PacelineError(f"there is no Dask scheduler at {address}: {type(error).__name__}") from None
    with client, client.get_executor(retries=_LIVES) as executor:
        yield executor
