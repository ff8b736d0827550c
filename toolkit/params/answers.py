"""Answers to what an import of files asks, in a file for ``gradelab import --answers``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from toolkit.params.shares import read_share
from toolkit.params.strict import Strict, Text, described

None_ = Literal["none"]
Part = Annotated[float, Field(gt=0, lt=1)]
ShareOrNone = Annotated[Part | None_ | None, BeforeValidator(read_share)]
Rule = Annotated[str, Field(pattern=r"^(none|negative|.+=.+)$")]


class AnswersParams(Strict):
    """What no file can tell; every key may be left out."""

    tables: dict[str, Text] | None = described(
        "文件或工作表（如 data.xlsx#订单）是哪张标准表；none 为不读",
        "which standard table a file or sheet (such as data.xlsx#Orders) is; none leaves it out",
        None,
    )
    columns: dict[str, dict[str, Text]] | None = described(
        "标准表 -> 标准列 -> 文件中的列或算式；none 为没有",
        "standard table -> standard column -> column of the file or arithmetic; none if there is none",
        None,
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = described(
        "货币代码，如 CNY", "currency code such as CNY", None
    )
    time_zone: Text | None = described("时区，如 Asia/Shanghai", "time zone such as Asia/Shanghai", None)
    dates: dict[str, Literal["day_first", "month_first"]] | None = described(
        "标准表 -> 日期先写日还是先写月",
        "standard table -> whether dates begin with the day or the month",
        None,
    )
    returns: Rule | None = described(
        "退货：negative 金额为负；none 没有；“列 = 值, 值”表示这些行是退货",
        "returns: negative amounts; none; COLUMN = value, value for rows that are returns",
        None,
    )
    cancelled: Rule | None = described(
        "没有成交的行：“列 = 值, 值”；none 为都算成交",
        "rows that are no sale: COLUMN = value, value; none if all are sales",
        None,
    )
    unit: float | None = described(
        "金额乘以多少为货币单位，如 10000", "factor that turns amounts into the currency", None, gt=0
    )
    tax: ShareOrNone = described(
        "金额含税而要算不含税时的税率，如 0.13 或 13%；none 为原样使用",
        "rate of tax to be taken out of the amounts, 0.13 or 13%; none to take them as they are",
        None,
    )
    margin: ShareOrNone = described(
        "毛利占消费额的比例，如 0.28 或 28%；none 为不写",
        "margin as a share of spend, 0.28 or 28%; none to leave it out",
        None,
    )
