from __future__ import annotations

from benchmarks.pacing.caches import forget_stale

forget_stale()
