"""How many processes of a run work at once."""

from __future__ import annotations

import os

AT_LEAST = 2
OF_ONE_RUN = 2


def jobs_here() -> int:
    """Processes side by side: cores but one; two on two cores, where that was measured faster."""
    cores = os.cpu_count() or 1
    return min(cores, max(AT_LEAST, cores - 1))


def runs_at_once(jobs: int) -> int:
    """Runs side by side where ``jobs`` processes may work and each run keeps ``OF_ONE_RUN`` of them busy."""
    return max(1, jobs // OF_ONE_RUN)
