"""What is said where the memory allowed to the engine does not suffice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from toolkit.errors import HistoryError


@contextmanager
def enough_memory(limit: str | None) -> Iterator[None]:
    """Refuse in words where the engine runs out of memory, or of room in the spill folder.

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
