"""The ways a run itself can end badly: a dead kernel, a limit, a full disk, another run at work."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

from toolkit.errors import ChapterError, GradelabError

FULL = (errno.ENOSPC, errno.EDQUOT)
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
FULL_IN_A_CELL = tuple(f"[Errno {number}]" for number in FULL)


class KernelDied(ChapterError):
    """The kernel of a chapter vanished or never started."""

    exit_code = 5


class CellTimeout(ChapterError):
    """A cell took longer than a cell may."""

    exit_code = 6


class TimeLimit(GradelabError):
    """The run took longer than it was given."""

    exit_code = 6


class Halted(ChapterError):
    """A chapter was at work when the run was ended for another reason."""


class CannotWrite(GradelabError):
    """The disk is full or the folder is closed to us (``EX_IOERR`` of ``sysexits.h``)."""

    exit_code = 74


class Locked(GradelabError):
    """Another run of the same study and quarter is at work (``EX_TEMPFAIL`` of ``sysexits.h``)."""

    exit_code = 75


class NoWorkers(GradelabError):
    """The workers that were asked for cannot be had (``EX_CONFIG`` of ``sysexits.h``)."""

    exit_code = 78


def cannot_write(error: BaseException, folder: Path, needed: int, free: int) -> CannotWrite | None:
    """What a failed write is called, or None where ``error`` is none; sizes in bytes."""
    number = next((e.errno for e in _chain(error) if isinstance(e, OSError) and e.errno), None)
    if number in FULL:
        return no_space(folder, needed, free)
    if number in CLOSED:
        return CannotWrite(
            zh=f"不能写入 {folder}（没有权限、磁盘只读，或不是文件夹）；请换一个报告文件夹（--out）或改权限。",
            en=f"{folder} cannot be written (no permission, a read-only disk, or no folder); "
            "choose another folder of reports (--out) or change its permissions.",
        )
    return None


def no_space(folder: Path, needed: int, free: int) -> CannotWrite:
    """The refusal where the disk of ``folder`` is too full for a run; sizes in bytes."""
    want, have = _megabytes(needed), _megabytes(free)
    return CannotWrite(
        zh=f"磁盘已满，没有写完：{folder} 所在磁盘剩余 {have}，一次运行约需 {want}。请腾出空间后重新运行，已完成的步骤不会重做。",
        en=f"The disk is full: {have} are free where {folder} lies, a run needs about {want}. "
        "Free some space and run again; finished steps are not done again.",
    )


def worst(problems: list[ChapterError]) -> ChapterError:
    """All ``problems`` of several chapters as one; of their own kind where they are of one kind."""
    kinds = {type(problem) for problem in problems}
    kind = kinds.pop() if len(kinds) == 1 else ChapterError
    return kind(zh="\n".join(p.zh for p in problems), en="\n".join(p.en for p in problems))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
