"""A simulated company on disk."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from toolkit.errors import UsageError
from toolkit.synthetic.dictionary import ORACLE, TABLES, Table, describe

Format = Literal["parquet", "csv"]
FORMATS: tuple[Format, ...] = ("parquet", "csv")


def refuse_unusable(place: Path, format: str) -> None:
    """Raise UsageError if the format is unknown or the place holds anything."""
    if format not in FORMATS:
        raise UsageError(
            zh=f"不认识的格式“{format}”；可用 {'、'.join(FORMATS)}。",
            en=f"Unknown format {format!r}; use {' or '.join(FORMATS)}.",
        )
    if place.exists() and not place.is_dir():
        raise UsageError(
            zh=f"{place} 是一个文件，不是文件夹；请另选位置。",
            en=f"{place} is a file, not a folder; choose another place.",
        )
    held = len(list(place.iterdir())) if place.exists() else 0
    if held:
        raise UsageError(
            zh=f"文件夹 {place} 里已有 {held} 项内容，不会覆盖；请指定新的或空的文件夹。",
            en=f"The folder {place} already holds {held} item(s) and is not overwritten; name a new or empty folder.",
        )


def fill(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    oracle: pd.DataFrame,
    truth: Mapping[str, object],
    format: Format,
) -> None:
    """Write ``tables/``, ``oracle/`` and ``README.txt`` into a new folder."""
    (folder / "tables").mkdir(parents=True)
    (folder / "oracle").mkdir()
    for table in TABLES:
        _save(tables[table.name], table, folder / "tables" / f"{table.name}.{format}")
    _save(oracle, ORACLE, folder / "oracle" / f"{ORACLE.name}.parquet")
    truth = json.dumps(_plain(truth), ensure_ascii=False, indent=2, allow_nan=False)
    (folder / "oracle" / "truth.json").write_text(truth + "\n", encoding="utf-8")
    words = f"{describe('zh')}\n\n\n{describe('en')}\n"
    (folder / "README.txt").write_text(words, encoding="utf-8")


def _save(frame: pd.DataFrame, table: Table, path: Path) -> None:
    columns = pa.Table.from_pandas(frame, preserve_index=False)
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(columns, path)
        return
    types = dict.fromkeys(table.of_kind("date"), pa.date32())
    types |= dict.fromkeys(table.of_kind("moment"), pa.timestamp("s"))
    for name, kind in types.items():
        place = columns.schema.get_field_index(name)
        columns = columns.set_column(place, name, columns[name].cast(kind))
    pyarrow.csv.write_csv(columns, path, pyarrow.csv.WriteOptions(quoting_style="needed"))


def _plain(value: object) -> object:
    """The value without what JSON cannot say."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and math.isnan(value) else value
