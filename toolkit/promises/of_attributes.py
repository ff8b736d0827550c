"""Promises of a registered attribute: described, one class or nothing for each customer, the same every time, as of its quarter."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.errors import HistoryError
from toolkit.measures.attributes import Attribute
from toolkit.panel import Panel
from toolkit.params.schemes import AttributeNeed
from toolkit.terms import Label

Promise = Callable[[Attribute, Panel], Label | None]
WINDOW = 4


def described(attribute: Attribute, panel: Panel) -> Label | None:
    """Name and definition in Chinese and English."""
    for words in (attribute.label, attribute.about.note):
        if not any("\u4e00" <= c <= "\u9fff" for c in words.zh) or not words.en.strip():
            return Label(
                f"缺中文或英文：{words.zh} / {words.en}",
                f"Chinese or English is lacking: {words.zh} / {words.en}",
            )
    return None


def one_class_each(attribute: Attribute, panel: Panel) -> Label | None:
    """A word, or nothing, for every customer."""
    found = attribute.at(panel.cube, panel.quarters[-2], WINDOW, panel.tables)
    strange = [value for value in found.dropna() if not isinstance(value, str)]
    if len(found) == len(panel.customers) and not strange:
        return None
    return Label("应给每位客户一个词，或空", "it must give every customer a word, or nothing")


def same_again(attribute: Attribute, panel: Panel) -> Label | None:
    """Two calls give the same."""
    first, second = (attribute.at(panel.cube, panel.quarters[-2], WINDOW, panel.tables) for _ in range(2))
    return None if first.equals(second) else Label("两次计算的结果不同", "two calls differ")


def as_of_its_quarter(attribute: Attribute, panel: Panel) -> Label | None:
    """Nothing dated after a quarter enters; see :meth:`toolkit.panel.Panel.audit`."""
    tables = {
        name: table.drop(columns=attribute.id, errors="ignore") if name == "customers" else table
        for name, table in panel.tables.items()
    }
    registered = Panel(panel.cube, tables)
    for quarter in panel.quarters[3:-1:4]:
        try:
            registered.audit((AttributeNeed(attribute.id),), quarter, WINDOW)
        except HistoryError as error:
            return Label(error.zh, error.en)
    return None


PROMISES: dict[str, tuple[Label, Promise]] = {
    "described": (Label("名称与定义中英文齐全", "described in both languages"), described),
    "words": (Label("每位客户一个词，或空", "a word, or nothing, for everybody"), one_class_each),
    "same_again": (Label("两次计算相同", "the same every time"), same_again),
    "as_of": (Label("只用截至季末的记录", "as of the end of its quarter"), as_of_its_quarter),
}
