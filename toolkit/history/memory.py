"""What is said where the memory allowed to the engine, or the disk beside it, does not suffice."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from toolkit.errors import HistoryError

DISK_FULL = tuple(os.strerror(number) for number in (errno.ENOSPC, errno.EDQUOT))


@contextmanager
def enough_memory(limit: str | None) -> Iterator[None]:
    """Refuse in words where the engine runs out of memory, or of room on the disk of the spill folder.

    Raises
    ------
    HistoryError
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        zh, en = (limit, limit) if limit else ("机器内存的约八成", "about eight tenths of the machine's")
        raise HistoryError(
            zh=f"读取和汇总数据的内存不够：上限为 {zh}，或暂存文件夹已满。"
            "请在 history 中调高 memory_limit，或用 spill_folder 指定空间充足的本地磁盘文件夹。",
            en=f"The memory for reading and aggregating the history does not suffice: the limit is {en}, "
            "or the spill folder is full. Raise memory_limit in the history section, "
            "or name a folder on a local disk with room as spill_folder.",
        ) from error
    except duckdb.IOException as error:
        if not any(words in str(error) for words in DISK_FULL):
            raise
        raise HistoryError(
            zh="暂存数据的文件夹所在的磁盘已满，读取和汇总没有完成，暂存的文件已删除。请腾出空间（大约每千万行 0.3 GB），"
            "或在 history 中用 spill_folder 指定空间充足的本地磁盘文件夹。",
            en="The disk of the folder for temporary data is full, so the history was not read and aggregated; what had been "
            "written there is removed. Free some space (about 0.3 GB for ten million rows), or name a folder on a local disk "
            "with room as spill_folder in the history section.",
        ) from error
