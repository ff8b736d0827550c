"""What a measure needs of a history, written as one short text.

``table.column``
    The column is there.
``table.column:number``
    It is there and holds numbers or flags.
``table.column=word``
    It is there and some row says ``word``, in English or Chinese; see :data:`WORDS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]

WORDS: dict[str, tuple[str, ...]] = {
    "visit": ("visit", "拜访"),
    "call": ("call", "来电"),
    "event": ("event", "活动"),
    "complaint": ("complaint", "投诉"),
    "survey": ("survey", "调查"),
    "repair": ("repair", "返修"),
    "in_person": ("in_person", "面对面"),
    "red": ("red", "红名单"),
    "black": ("black", "黑名单"),
    "competitor": ("competitor", "竞争对手"),
}
"""Words that a cell may carry, capital letters and surrounding blanks aside."""

_FORM = re.compile(r"(?P<table>\w+)\.(?P<column>\w+)(:(?P<number>number)|=(?P<word>\w+))?")


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement.

    Attributes
    ----------
    table, column : str
    number : bool
        The column has to hold numbers.
    word : str
        Key of :data:`WORDS` that some row has to say; empty where any row will do.
    """

    table: str
    column: str
    number: bool = False
    word: str = ""

    @classmethod
    def parse(cls, text: str) -> Need:
        """Read one of the three forms; ValueError for any other."""
        match = _FORM.fullmatch(text)
        if match is None or (match["word"] and match["word"] not in WORDS):
            raise ValueError(f"{text!r} is not a need")
        return cls(match["table"], match["column"], match["number"] is not None, match["word"] or "")

    def met(self, columns: Iterable[str], tables: Tables) -> bool:
        """Whether a history with these optional ``columns`` of the transactions and ``tables`` fulfils it."""
        if self.table == "transactions":
            return self.column in columns
        if self.table not in tables or self.column not in tables[self.table].columns:
            return False
        cells = tables[self.table][self.column]
        if self.number:
            return numeric(cells)
        return not self.word or bool(says(cells, self.word).any())

    def text(self, lang: str) -> str:
        """In words, for a refusal."""
        zh, en = f"表 {self.table} 的列 {self.column}", f"column {self.column} of table {self.table}"
        if self.number:
            zh, en = f"表 {self.table} 的数值列 {self.column}", f"numeric {en}"
        if self.word:
            zh += f" 中的“{self.word}”（或“{WORDS[self.word][1]}”）"
            en = f"rows that say {self.word!r} in {en}"
        return zh if lang == "zh" else en


def says(cells: pd.Series, word: str) -> np.ndarray:
    """Whether each cell carries ``word``; bool array.

    >>> import pandas as pd
    >>> says(pd.Series(["Complaint ", "投诉", "visit", None]), "complaint").tolist()
    [True, True, False, False]
    """
    return cells.astype("str").str.strip().str.casefold().isin(WORDS[word]).to_numpy(bool)


def numeric(cells: pd.Series) -> bool:
    """Whether a column holds numbers or flags, missing ones aside.

    >>> import pandas as pd
    >>> numeric(pd.Series([1.5, None])), numeric(pd.Series([True, None])), numeric(pd.Series(["large"]))
    (True, True, False)
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if is_numeric_dtype(cells) or is_bool_dtype(cells):
        return True
    held = cells.dropna()
    return len(held) > 0 and all(isinstance(value, bool | int | float | np.number) for value in held.unique())
