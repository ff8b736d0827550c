"""The machine in words: what it has, not what it is called."""

from __future__ import annotations

import os
import platform
from importlib import metadata

PACKAGES = ("numpy", "pandas", "polars", "duckdb", "ibis-framework", "pyarrow", "papermill")


def machine() -> dict[str, object]:
    """Cores, memory, system, Python and the packages that matter."""
    import psutil

    return {
        "cores": os.cpu_count(),
        "gigabytes": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
    }
