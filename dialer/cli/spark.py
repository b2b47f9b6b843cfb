"""Spark for the commands that read a history: what their option ``--spark`` names becomes a session here only."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from strategies.errors import ConfigError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_MASTER = re.compile(r"local(\[[^]]+\])?|yarn|(spark|k8s)://.+")
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF"}
_ALONE = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
"""Nobody from outside has to reach a Spark in this process."""


@contextmanager
def session_on(master: str) -> Iterator[SparkSession]:
    """Make a session on a Spark; one that this process has already is used and left as it is.

    Other settings are Spark's own: they stand in ``spark-defaults.conf`` and ``PYSPARK_SUBMIT_ARGS``.

    Raises
    ------
    ConfigError
        When `master` names no Spark, what it needs is not installed, it cannot be reached, or it fails meanwhile.
    """
    if not _MASTER.fullmatch(master):
        hint = "write local[2] for one in this process, or the address of a cluster such as spark://HOST:7077 or yarn"
        raise ConfigError(f"--spark {master} names no Spark", hint=hint)
    _require()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    from dialer.insight.spark import reason_of

    had = SparkSession.getActiveSession()
    builder = SparkSession.builder.master(master).appName("paceline")
    for name, value in (_QUIET | (_ALONE if master.startswith("local") else {})).items():
        builder = builder.config(name, value)
    try:
        session = had or builder.getOrCreate()
    except (Py4JError, PySparkException) as error:
        hint = "check the address, and that the cluster is up"
        raise ConfigError(f"Spark does not start on {master}: {reason_of(error)}", hint=hint) from None
    try:
        yield session
    except (Py4JError, PySparkException) as error:
        hint = "check that every worker can read the folder"
        raise ConfigError(f"Spark has failed: {reason_of(error)}", hint=hint) from None
    finally:
        if had is None:
            session.stop()


def _require() -> None:
    missing = [name for name in ("pyspark", "sqlglot") if find_spec(name) is None]
    if missing:
        raise ConfigError(f"--spark needs {' and '.join(missing)}", hint="run pip install 'paceline[spark]'")
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which(Path(home, "bin", "java")) if home else shutil.which("java")):
        hint = "install one (Debian: default-jre-headless), or let JAVA_HOME name it"
        raise ConfigError("--spark needs a Java runtime", hint=hint)
