"""Pacers of other diallers, for comparison: re-implemented from descriptions; not the original programs.

Each is a module of compiled functions over one array of numbers, so that the compiled floor of the
benchmarks can run it, and a thin `Policy` class that calls the same functions.
"""

from __future__ import annotations
