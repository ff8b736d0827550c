"""Whether amounts and margin are with or without tax."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.history.proposal.amounts import cost_in
from toolkit.history.proposal.answers import NONE
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.question import Question
from toolkit.history.proposal.vocabulary import header, value_words
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class Basis:
    """Whether amounts and margin are with or without tax, in words.

    Attributes
    ----------
    said : Label
        A sentence for whoever imports, and for the study.
    tag : Label
        With or without tax; empty where nothing is known.
    """

    said: Label
    tag: Label

    @property
    def share(self) -> Label:
        """What a margin rate is a share of, to follow what is said of it; empty where nothing is known."""
        if not self.tag.zh:
            return self.tag
        return Label(f"，占{self.tag.zh}金额的比例", f", a share of amounts {self.tag.en}")


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
                f"列名写着“{inside}”；毛利率若指不含税金额，乘含税金额会多算毛利",
                f"the header says {inside!r}; a margin rate meant for amounts without tax "
                "makes too much of amounts with tax",
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
    also = Label("毛利", "the margin") if "margin" in one.matches else Label("毛利率", "the margin rate")
    if rate is not None:
        zh = f"“{name}”含税，读入时除以 {1 + rate:g}；金额和{also.zh}都按不含税计"
        en = f"{name!r} holds tax and is divided by {1 + rate:g} when read; amounts and {also.en} are without tax"
    elif out:
        zh = f"“{name}”不含税，原样使用；{also.zh}也按不含税计"
        en = f"{name!r} is without tax and taken as it is; so is {also.en}"
    elif inside:
        zh = f"“{name}”含税，原样使用；金额和{also.zh}都按含税计"
        en = f"{name!r} holds tax and is taken as it is; amounts and {also.en} are with tax"
    else:
        zh = f"没有写“{name}”是否含税，原样使用；{also.zh}与它同一口径"
        en = f"nothing says whether {name!r} holds tax; it is taken as it is, and {also.en} stands on the same base"
    beside = _of_margin(one, rate)
    said = Label(f"金额口径：{zh}{beside.zh}", f"Base of the amounts: {en}{beside.en}")
    if rate is not None or out:
        return Basis(said, Label("不含税", "without tax"))
    return Basis(said, Label("含税", "with tax") if inside else Label("", ""))


def _of_margin(one: Assigned, rate: float | None) -> Label:
    """What becomes of a margin or a cost that stands beside the amounts; empty where nothing need be said."""
    amount, margin = one.matches["amount"].text, one.matches.get("margin")
    if margin is None:
        return Label("", "")
    cost = cost_in(margin.text, amount, one.page.raw.names)
    if cost is not None and not holds_tax(cost) and (rate is not None or holds_tax(amount)):
        if rate is not None:
            return Label(
                f"，成本“{cost}”没有写含税，原样相减",
                f"; the cost {cost!r} names no tax and is taken off as it is",
            )
        return Label(
            f"，而成本“{cost}”没有写含税：若不含税，毛利会多算",
            f"; the cost {cost!r} names no tax: if it holds none, the margin is too high",
        )
    if rate is not None:
        return Label(
            f"，“{margin.text}”同样除以 {1 + rate:g}", f"; {margin.text!r} is divided by {1 + rate:g} as well"
        )
    return Label("", "")


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
