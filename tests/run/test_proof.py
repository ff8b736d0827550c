"""A kernel is proved by starting one. Expected: it answers and is gone, or exit code 5."""

from __future__ import annotations

import pytest

from toolkit.run.failures import KernelDied
from toolkit.run.kernels import Kernels


def test_a_kernel_is_started_and_ended(project):
    """Silence means that it answered."""
    with Kernels(project.folder) as kernels:
        kernels.prove()


def test_an_environment_without_a_kernel_is_told(project, monkeypatch):
    """An interpreter that ends at once."""
    monkeypatch.setattr("toolkit.run.kernels.sys.executable", "/bin/false")
    with Kernels(project.folder) as kernels, pytest.raises(KernelDied) as refused:
        kernels.prove()
    assert refused.value.exit_code == 5
