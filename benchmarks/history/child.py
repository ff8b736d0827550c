"""One formulation in a process of its own; prints checksum and peak memory (GB) as JSON. ``child.py MODULE FILE``."""

from __future__ import annotations

import importlib
import json
import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak() -> float:
    """Most memory this process has held, GB; of the kernel's own record where there is one."""
    if STATUS.exists():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    found = importlib.import_module(sys.argv[1]).run(Path(sys.argv[2]))
    print(json.dumps({"checksum": found.checksum(), "gigabytes": peak()}))
