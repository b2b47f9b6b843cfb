"""One real telephone system for all campaigns of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.rig.rig import Rig


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    rig = Rig(tmp_path_factory.mktemp("rig"))
    try:
        rig.start()
        yield rig
    finally:
        rig.stop()
