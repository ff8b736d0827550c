"""Freed memory that a process keeps."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

REUSED = """
import resource
import numpy as np
from toolkit.measures.allocation import keep_freed_memory
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        np.ones(10_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
apart = faults()
print(keep_freed_memory(), keep_freed_memory())
faults()
print(apart > 20 * faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the allocator is not that of glibc")
def test_a_large_array_takes_the_memory_of_the_one_before() -> None:
    """The kernel counts the pages that it clears: hardly any once memory is kept."""
    found = subprocess.run([sys.executable, "-c", REUSED], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["True"] * 3


def test_another_allocator_is_left_alone(monkeypatch) -> None:
    """Elsewhere there is nothing to tell it."""
    from toolkit.measures import allocation

    allocation.keep_freed_memory.cache_clear()
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    try:
        assert not allocation.keep_freed_memory()
    finally:
        allocation.keep_freed_memory.cache_clear()
