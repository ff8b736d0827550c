"""What entered a grade, and when: the latest date of every column beside the close of the review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from toolkit.errors import HistoryError


@dataclass(frozen=True, slots=True)
class Entered:
    """What entered one column.

    Attributes
    ----------
    latest : Timestamp or None
        Latest day of a record that may have entered; None or NaT where there is none.
    dated : bool
        Whether the column is as of the review, not as recorded today.
    """

    latest: pd.Timestamp | None
    dated: bool


def audited(entered: Mapping[str, Entered], review: date) -> pd.DataFrame:
    """The columns of a grade with their dates; ``review`` is the day on which the review closes.

    Returns
    -------
    DataFrame, index ``column``
        ``latest`` (datetime64, NaT where nothing dated entered), ``review`` (datetime64), ``dated`` (bool).

    Raises
    ------
    HistoryError
        If anything dated on or after ``review`` entered.
    """
    closes = pd.Timestamp(review)
    frame = pd.DataFrame(
        {
            "latest": pd.to_datetime([one.latest for one in entered.values()]).astype("datetime64[us]"),
            "review": pd.DatetimeIndex([closes] * len(entered), dtype="datetime64[us]"),
            "dated": [one.dated for one in entered.values()],
        },
        index=pd.Index(list(entered), name="column", dtype="str"),
    )
    late = frame[frame["latest"] >= closes]
    if len(late):
        column, day = late.index[0], late["latest"].iloc[0].date()
        raise HistoryError(
            zh=f"定级所用的 {len(late)} 列用到了复评截止之后的记录，首先是 {column}：{day}，而复评截止于 {closes.date()} 之前。"
            "请改用截至复评日的指标。",
            en=f"{len(late)} column(s) of the grade use records dated after the review closes, the first is {column}: {day}, "
            f"while the review closes before {closes.date()}. Use a figure that is as of the review.",
        )
    return frame
