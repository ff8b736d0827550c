"""What the files say about money: its currency, and whether tax is in it."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.history import cells
from toolkit.history.proposal.answers import NONE
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.kinds import kinds_of
from toolkit.history.proposal.matching import beside
from toolkit.history.proposal.question import Question
from toolkit.history.proposal.vocabulary import currencies, header, value_words
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


@dataclass(frozen=True, slots=True)
class Basis:
    """Whether amounts and margin are with or without tax, in words.

    Attributes
    ----------
    said : Label
        A sentence for whoever imports, and for the study.
    share : Label
        What a margin rate is a share of, to follow what is said of it; empty where nothing is known.
    """

    said: Label
    share: Label


def tax_of(one: Assigned) -> Question:
    """Whether the amounts hold tax; it stops an import where they do and the margin hangs on it."""
    out, inside = _tax_words(one.matches["amount"].text)
    ask = Label(
        "金额含税而要算不含税时，税率是多少",
        "If the amounts hold tax that should be taken out, what is its rate",
    )
    if out:
        reason, sure = Label(f"列名写着“{out}”", f"the header says {out!r}"), 0.95
    elif inside:
        ask = Label(
            "金额含税。要按不含税分析，税率是多少",
            "The amounts hold tax. To study them without it, what is its rate",
        )
        reason, sure = (
            Label(
                f"列名写着“{inside}”；金额和毛利须同一口径，含税金额乘毛利率会多算毛利",
                f"the header says {inside!r}; amounts and margin must stand on one base, and a margin rate of sums without tax "
                "times amounts with tax is too much",
            ),
            0.6,
        )
    else:
        reason, sure = (
            Label("没有写是否含税，原样使用", "nothing says whether tax is included; taken as it is"),
            0.5,
        )
    margin = one.matches.get("margin")
    own = margin is not None and margin.text in one.page.raw.names
    form = Label(
        f"税率，如 0.13 或 13%，读入时金额除以 1.13；按原样使用写 {NONE}",
        f"a rate such as 0.13 or 13%, by which amounts are divided (/ 1.13); {NONE} to take them as they are",
    )
    return Question("tax", ask, NONE, sure, reason, bool(inside and not out) and not own, form)


def basis_of(one: Assigned, rate: float | None) -> Basis:
    """The base of amounts and margin, where tax of ``rate`` is taken out or none is."""
    name = one.matches["amount"].text
    out, inside = _tax_words(name)
    if rate is not None:
        part = f"{1 + rate:g}"
        return Basis(
            Label(
                f"金额口径：“{name}”含税，读入时除以 {part}；金额、毛利和毛利率都按不含税计",
                f"Base of the amounts: {name!r} holds tax and is divided by {part} when read; amounts, margin and margin rate are without tax",
            ),
            Label("，占不含税金额的比例", ", a share of amounts without tax"),
        )
    if out:
        return Basis(
            Label(
                f"金额口径：“{name}”不含税，原样使用；毛利率也指不含税金额",
                f"Base of the amounts: {name!r} is without tax and taken as it is; a margin rate is a share of it",
            ),
            Label("，占不含税金额的比例", ", a share of amounts without tax"),
        )
    if inside:
        return Basis(
            Label(
                f"金额口径：“{name}”含税，原样使用；金额和毛利率都按含税计",
                f"Base of the amounts: {name!r} holds tax and is taken as it is; amounts are with tax, and a margin rate is a share of them",
            ),
            Label("，占含税金额的比例", ", a share of amounts with tax"),
        )
    return Basis(
        Label(
            f"金额口径：没有写“{name}”是否含税，原样使用；毛利率与它同一口径",
            f"Base of the amounts: nothing says whether {name!r} holds tax; it is taken as it is, and a margin rate is a share of it",
        ),
        Label("", ""),
    )


def holds_tax(name: str) -> bool:
    """Whether the name of a column says that tax is in it.

    >>> holds_tax("价税合计"), holds_tax("成本金额"), holds_tax("不含税金额")
    (True, False, False)
    """
    out, inside = _tax_words(name)
    return bool(inside) and not out


def _tax_words(name: str) -> tuple[str | None, str | None]:
    """The words of a header that say tax is out of it, and in it."""
    told = header(name.lower()).joined + header(name.lower()).aside.replace(" ", "")
    out = next((word for word in value_words("tax_out") if word.replace(" ", "") in told), None)
    return out, next((word for word in value_words("tax_in") if word.replace(" ", "") in told), None)


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
