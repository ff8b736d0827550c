"""Which process owns something, and whether it is still there; no clock is asked, for clocks are moved."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil

BOOT = Path("/proc/sys/kernel/random/boot_id")
START_FIELD = 19
SAME_MOMENT = 1.0


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, named so that no other process is taken for it.

    Attributes
    ----------
    process : int
        Process id.
    since : float
        Start of the process: clock ticks since the machine started (Linux), else seconds since 1970.
    machine : str
        Short hash of the machine's name.
    boot : str
        Short hash of what the system calls this start of the machine; empty where it has no name for it.
    """

    process: int
    since: float
    machine: str
    boot: str

    def as_json(self) -> dict[str, Any]:
        """The owner as it is written to a file."""
        return asdict(self)


def myself() -> Owner:
    """This process."""
    pid = psutil.Process().pid
    return Owner(pid, _start(pid), _short(platform.node()), _boot())


def is_alive(told: dict[str, Any]) -> bool:
    """Whether the owner in ``told`` may still be at work; on another machine nobody can tell, so it may."""
    if told.get("machine") != _short(platform.node()):
        return True
    if told.get("boot") != _boot():
        return False
    try:
        return abs(_start(int(told["process"])) - float(told["since"])) < SAME_MOMENT
    except (psutil.Error, OSError, KeyError, TypeError, ValueError):
        return False


def is_here(told: dict[str, Any]) -> bool:
    """Whether the owner in ``told`` runs, or ran, on this machine."""
    return told.get("machine") == _short(platform.node())


def _start(pid: int) -> float:
    """When the process started, and that it is no corpse waiting to be collected."""
    process = psutil.Process(pid)
    if process.status() == psutil.STATUS_ZOMBIE:
        raise psutil.NoSuchProcess(pid)
    if not BOOT.exists():
        return process.create_time()
    after_name = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2]
    return float(after_name.split()[START_FIELD])


def _boot() -> str:
    return _short(BOOT.read_text("ascii").strip()) if BOOT.exists() else ""


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
