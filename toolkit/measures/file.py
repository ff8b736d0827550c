"""Classes and flags that the file of a customer holds, as recorded today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.measures.attributes import YES_NO, Classes, attribute, flags
from toolkit.measures.cube import Cube
from toolkit.measures.dated import of_customers
from toolkit.measures.needs import Tables, says
from toolkit.measures.profile import TODAY
from toolkit.measures.registry import About
from toolkit.terms import Label

if TYPE_CHECKING:
    import pandas as pd

LEVELS = {"low": Label("低", "low"), "medium": Label("中", "medium"), "high": Label("高", "high")}
POSITIONS = {
    "minor": Label("一般", "minor"),
    "known": Label("知名", "known"),
    "leader": Label("领先", "leader"),
}
STRATEGIC = {
    "none": Label("无", "none"),
    "partner": Label("合作伙伴", "partner"),
    "core": Label("战略伙伴", "core"),
}
NEEDS = {
    "stable": Label("稳定需求", "stable"),
    "growth": Label("增长需求", "growth"),
    "core": Label("核心需求", "core"),
}
CONDITION = {"weak": Label("较差", "weak"), "fair": Label("一般", "fair"), "good": Label("良好", "good")}
SECRECY = {
    "public": Label("公开", "public"),
    "internal": Label("内部", "internal"),
    "confidential": Label("机密", "confidential"),
}
OPEN = Classes()
SENSITIVE = Classes(sensitive=True)

RECORDED: tuple[tuple[str, str, str, str, Classes], ...] = (
    ("social_influence", "F24", "社会影响力", "social influence", Classes(YES_NO, "higher")),
    ("industry_position", "F23", "行业地位", "position in the industry", Classes(POSITIONS, "higher")),
    ("strategic_importance", "F25", "战略地位", "strategic importance", Classes(STRATEGIC, "higher")),
    ("brand", "F38", "品牌", "brand", OPEN),
    ("key_person", "F39", "集团关键人", "key person of a group", Classes(YES_NO, "higher")),
    ("type", "F40", "客户类型", "type of customer", OPEN),
    ("region", "F41", "地区", "region", OPEN),
    ("industry", "F42", "行业", "industry", OPEN),
    ("firm_class", "F43", "企业规模类别", "class of firm size", OPEN),
    ("need_level", "F47", "客户需求", "level of need", Classes(LEVELS)),
    ("need_type", "F48", "需求类型", "type of need", Classes(NEEDS)),
    ("competition", "F51", "竞争压力", "pressure of competitors", Classes(LEVELS, "lower")),
    ("cross_region", "F52", "跨地区经营", "business in several regions", Classes(YES_NO, "higher")),
    ("risk_tolerance", "F53", "风险承受能力", "tolerance of risk", Classes(LEVELS)),
    ("investment_preference", "F54", "投资偏好", "preferred investment", OPEN),
    ("sensitivity_class", "F55", "资料密级", "secrecy of the file", Classes(SECRECY)),
    ("voltage_level", "F57", "供电电压等级", "supply voltage", OPEN),
    ("load_class", "F57", "负荷等级", "class of load", OPEN),
    ("gender", "F58", "性别", "gender", SENSITIVE),
    ("age_band", "F58", "年龄段", "age band", SENSITIVE),
    ("occupation", "F58", "职业", "occupation", SENSITIVE),
    ("education", "F58", "教育水平", "education", SENSITIVE),
    ("operating_condition", "F67", "经营状况", "operating condition", Classes(CONDITION, "higher")),
    ("site_risk", "F68", "场所风险", "risk of the site", Classes(LEVELS, "lower")),
    ("plant_quality", "F75", "供货工厂质量", "quality of the supplying plant", OPEN),
    ("device", "F69", "终端", "device", OPEN),
    ("segment_tags", "F70", "群体标签", "tags", OPEN),
    ("priority", "F77", "客户优先级", "priority", OPEN),
)
"""Column and id, factor, name in both languages, and what the column may say."""

PERSONAL = Label("敏感个人信息，只用于了解需求", "sensitive personal data, for understanding needs only")
STANDS_IN = {
    "sensitivity_class": Label(
        "该因子本属资料字段，这里以客户整份资料的密级代替",
        "the factor belongs to a field of data; the class of the whole file stands in for it",
    ),
}
COLUMNS = {"firm_class": "firm_size"}


@attribute(
    Label("由竞争对手转来", "won from a competitor"),
    About(
        "F60",
        Label(f"{TODAY.zh}：来源为 competitor 或竞争对手。", f"{TODAY.en}: the source is competitor."),
        needs=("customers.source=competitor",),
        dated=False,
    ),
    Classes(YES_NO),
)
def switched_from_competitor(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
    """Whether the file names a competitor as the source of the customer."""
    table = tables["customers"]
    won = flags(says(table["source"], "competitor"), table["source"].notna().to_numpy(bool))
    return of_customers(cube, table, won, None)


def texts(cells: pd.Series) -> np.ndarray:
    """Cells as texts: flags ``yes`` and ``no``, whole numbers without a point, None where missing.

    >>> import pandas as pd
    >>> texts(pd.Series([3.0, None])).tolist(), texts(pd.Series([True, False])).tolist()
    (['3', None], ['yes', 'no'])
    """
    import pandas as pd
    from pandas.api.types import is_bool_dtype

    held = cells.dropna()
    flagged = is_bool_dtype(cells) or (
        len(held) > 0 and all(isinstance(cell, bool) for cell in held.unique())
    )
    codes, values = pd.factorize(cells)
    words = [tuple(YES_NO)[bool(value)] if flagged else _text(value) for value in values]
    return np.array([*words, None], dtype=object)[codes]


def _text(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def _register(name: str, factor: str, label: Label, classes: Classes) -> None:
    column = COLUMNS.get(name, name)

    def recorded(cube: Cube, place: int, window: int, tables: Tables) -> np.ndarray:
        table = tables["customers"]
        return of_customers(cube, table, texts(table[column]), None)

    recorded.__name__, recorded.__doc__ = name, f"Column ``{column}`` of the customers, as recorded today."
    remark = PERSONAL if classes.sensitive else STANDS_IN.get(name, Label("", ""))
    note = Label(
        f"{TODAY.zh}：{label.zh}{'；' if remark.zh else ''}{remark.zh}。",
        f"{TODAY.en}: {label.en}{'; ' if remark.en else ''}{remark.en}.",
    )
    about = About(factor, note, (f"customers.{column}",), proxy=name in STANDS_IN, dated=False)
    attribute(label, about, classes)(recorded)


for _name, _factor, _zh, _en, _classes in RECORDED:
    _register(_name, _factor, Label(_zh, _en), _classes)
