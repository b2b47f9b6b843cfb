"""What integration tests share: one Spark session, for it takes long to start."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    try:
        import sqlglot  # noqa: F401
        from pyspark.sql import SparkSession
    except ImportError:
        SparkSession = None
    lacks = "its packages" if SparkSession is None else "" if shutil.which("java") else "a Java runtime"
    if lacks:
        message = f"what runs on Spark needs {lacks}: pip install paceline[spark]; apt-get install default-jre-headless"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.ansi.enabled": "false",
        # Compiled and re-planned queries pay for themselves with more rows than a test has.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "512m",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
