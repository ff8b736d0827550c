"""Values that are known, and what happens to customers without one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.terms import Label


def known_values(measures: pd.DataFrame, measure: str) -> np.ndarray:
    """The column ``measure`` as floats, shape (customers,); NaN where missing or infinite.

    Raises
    ------
    ParameterError
        If there is no such column.
    """
    if measure not in measures.columns:
        raise ParameterError(
            zh=f"数据里没有指标 {measure}；现有：{'、'.join(map(str, measures.columns)) or '（无）'}。",
            en=f"There is no measure {measure}; found: {', '.join(map(str, measures.columns)) or '(none)'}.",
        )
    values = measures[measure].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def refuse_missing(missing: np.ndarray, customers: pd.Index, name: Label) -> None:
    """Raise where a measure must be known and is not.

    Parameters
    ----------
    missing : array of bool, shape (customers,)
    customers : Index of customer_id
    name : Label of the measure
    """
    if not missing.any():
        return
    count, first = int(missing.sum()), customers[int(missing.argmax())]
    raise ParameterError(
        zh=f"有 {count:,} 位客户缺少“{name.zh}”（第一位：客户 {first}），方案要求每位客户都有数值。"
        "请补齐数据，或在方案文件里用 missing 写明缺失时怎么办。",
        en=f"{count:,} customer(s) have no value of {name.en!r} (first: customer {first}); the scheme needs "
        "one for everybody. Fill it in the data, or say under 'missing' in the policy file what to do then.",
    )


def refuse_ungraded(ungraded: np.ndarray, customers: pd.Index, name: Label) -> None:
    """Raise where a customer does not reach the floor of the last grade."""
    if not ungraded.any():
        return
    count, first = int(ungraded.sum()), customers[int(ungraded.argmax())]
    raise ParameterError(
        zh=f"有 {count:,} 位客户的“{name.zh}”达不到最后一级的门槛（第一位：客户 {first}），因此没有等级。"
        "请把最后一级的门槛写成 rest，或写一个人人达得到的数。",
        en=f"{count:,} customer(s) do not reach the floor of the last grade in {name.en!r} "
        f"(first: customer {first}) and have no grade. Write 'rest' as the floor of the last grade, "
        "or a number that everybody reaches.",
    )
