"""Looking at what earlier runs left: when they were, locks of processes that are gone, unfinished folders."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from toolkit.run.files import read_json
from toolkit.run.finding import OK, PROBLEM, WARNING, Finding
from toolkit.run.folder import MANIFEST, OWNER, PARTIAL
from toolkit.run.lock import holder, locks
from toolkit.run.processes import is_alive
from toolkit.terms import Label


def clock(out: Path, now: datetime | None = None) -> Finding:
    """Whether the clock stands after every run below ``out``; ``now`` is this moment unless given."""
    here = f"{now or datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    moments = [
        str(told.get(name) or "")[:19] + "Z"
        for path in (*out.glob(f"*/*/{MANIFEST}"), *out.glob(f"*/*/*/{MANIFEST}"))
        for told in [read_json(path)]
        for name in ("started", "finished")
    ]
    last = max((moment for moment in moments if len(moment) == len(here)), default="")
    if last > here:
        found = Label(
            f"时钟是 {here}，早于上次运行 {last}。", f"The clock says {here}, before the last run at {last}."
        )
        advice = Label(
            "请校准时钟（timedatectl set-ntp true），否则新的运行会排在旧的之前。",
            "Set it right (timedatectl set-ntp true), or new runs will stand before old ones.",
        )
        return Finding(PROBLEM, found, advice)
    told = Label(f"，上次运行 {last}", f", last run {last}") if last else Label("", "")
    return Finding(OK, Label(f"{here}{told.zh}", f"{here}{told.en}"))


def leftovers(out: Path) -> Finding:
    """Locks whose owner is gone and folders of runs that vanished; the next run puts both right."""
    stale = [lock for study in out.glob("*/") for lock in locks(study) if holder(lock) is None]
    partials = [*out.glob(f"*/.*{PARTIAL}"), *out.glob(f"*/*/.*{PARTIAL}")]
    dead = [one for one in partials if not is_alive(read_json(one / OWNER))]
    working = len(partials) - len(dead)
    if not stale and not dead:
        return Finding(OK, Label(f"没有；{working} 个运行进行中", f"none; {working} run(s) at work"))
    found = Label(
        f"{len(stale)} 个失效的锁，{len(dead)} 个没有写完的运行。",
        f"{len(stale)} stale lock(s), {len(dead)} unfinished run(s).",
    )
    advice = Label(
        "下次运行会自动处理；现在处理请执行 gradelab index。",
        "The next run puts them right; gradelab index does so now.",
    )
    return Finding(WARNING, found, advice)
