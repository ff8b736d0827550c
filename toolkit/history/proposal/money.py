"""What the files say about money: its currency."""

from __future__ import annotations

from toolkit.history import cells
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.kinds import kinds_of
from toolkit.history.proposal.matching import beside
from toolkit.history.proposal.vocabulary import currencies, header
from toolkit.history.raw import cell_name
from toolkit.terms import Label

_AMBIGUOUS = ("$",)


def currency_of(one: Assigned) -> tuple[str | None, float, Label]:
    """Currency code, how sure it is, and why."""
    column = beside(one.page, "currency")
    if column:
        codes = _codes_in(one, column.name)
        if codes:
            several = len(codes) > 1
            told = "、".join(codes)
            zh = (
                f"“{column.name}”列有多种货币：{told}；其余的行会被隔离"
                if several
                else f"“{column.name}”列写着 {told}"
            )
            en = (
                f"{column.name!r} names several, {', '.join(codes)}; other rows are quarantined"
                if several
                else f"{column.name!r} says {told}"
            )
            return codes[0], 0.5 if several else 0.98, Label(zh, en)
    amount = one.matches["amount"]
    signs = _signs(one, amount.text, amount.examples)
    chinese = any("\u4e00" <= sign <= "\u9fff" for name in one.page.raw.names for sign in name)
    for code, words in currencies().items():
        found = next((word for word in words if word in signs), None)
        if found:
            ambiguous = found in _AMBIGUOUS or (found in "¥￥" and not chinese)
            reason = Label(f"金额或列名带有“{found}”", f"amounts or header carry {found!r}")
            return code, 0.6 if ambiguous else 0.95, reason
    if chinese:
        return "CNY", 0.6, Label("列名是中文，没有写货币", "the headers are Chinese and name no currency")
    return None, 0.0, Label("没有写货币", "nothing names a currency")


def rows_of_currency(one: Assigned, code: str) -> tuple[str, tuple[str, ...]] | None:
    """The column that names the currency and its values that mean ``code``, where the file has several."""
    column = beside(one.page, "currency")
    if not column or len(_codes_in(one, column.name)) < 2:
        return None
    return column.name, tuple(value for value in _values(one, column.name) if _code(value) == code)


def _codes_in(one: Assigned, name: str) -> list[str]:
    return list(dict.fromkeys(code for value in _values(one, name) if (code := _code(value))))


def _values(one: Assigned, name: str) -> list[str]:
    return list(kinds_of(one.page, name))


def _code(value: str) -> str | None:
    told = value.strip().lower()
    known = next((code for code, words in currencies().items() if told in words), None)
    return known or (value.strip().upper() if len(told) == 3 and told.isascii() and told.isalpha() else None)


def _signs(one: Assigned, text: str, examples: tuple[str, ...]) -> set[str]:
    """Signs and words of money in the header and in examples of its cells."""
    told = header(text)
    found = {told.aside, *told.aside.split(), *told.parts}
    names = [text] if text in one.page.raw.names else []
    cell_texts = [
        value
        for name in names
        for value in one.page.sample.select(
            value=cells.text(one.page.sample[cell_name(one.page.raw.names.index(name))])
        )
        .limit(200)
        .to_pyarrow()["value"]
        .to_pylist()
        if value
    ]
    for value in (*examples, *cell_texts):
        letters = "".join(sign for sign in value if not (sign.isdigit() or sign in " .,，()-+万亿"))
        found |= {letters.lower(), letters.lower().rstrip("元")} if letters else set()
    return found
