"""Memory of large arrays that is freed and asked for again.

Arrays of a history of ten million customers are so large that the allocator of glibc gives each back to the system
when it is freed, and the system clears it again when the next one is asked for: a third of the computing in reviews
of such a history. Where the process keeps what it has freed, the next array of about the same size takes it.
"""

from __future__ import annotations

import ctypes
import platform
from functools import cache

TRIM, MOST_MAPPED = -1, -4
ALWAYS_KEPT = 2**31 - 1


@cache
def keep_freed_memory() -> bool:
    """Let this process keep freed memory for its next arrays; whether its allocator can be told so.

    It is told by the two settings that ``mallopt`` describes: nothing is mapped apart, and no less than 2 GB is given back.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    told = ctypes.CDLL(None).mallopt
    return bool(told(MOST_MAPPED, 0)) and bool(told(TRIM, ALWAYS_KEPT))
