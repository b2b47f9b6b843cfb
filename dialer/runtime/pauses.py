"""Keeps Python's own pauses off the calls: the garbage collector looks at everything that lives, for 50 ms or more."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def short_pauses() -> Iterator[None]:
    """Leave what exists now (modules, recovered leads) out of every later collection, until the end."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
