"""Which column of a page is which standard column, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from toolkit.history.canonical import TABLES, Column
from toolkit.history.proposal.pages import Page
from toolkit.history.proposal.sniffing import Seen
from toolkit.history.proposal.vocabulary import as_amount, beside_words, column_words, header, likeness
from toolkit.terms import Label

SURE = 0.75
_WORTH = 0.4
_GUESSED = 0.5
_MOSTLY = 0.9
_UNIT = 0.9


@dataclass(frozen=True, slots=True)
class Match:
    """A standard column and what it comes from.

    Attributes
    ----------
    column : str
        Standard column.
    text : str
        Column of the page, or arithmetic of columns, as a study writes it.
    confidence : float
        0 to 1.
    reason : Label
    readable : float
        Share of the filled cells that can be read as what the column holds.
    examples : tuple of str
    """

    column: str
    text: str
    confidence: float
    reason: Label
    readable: float
    examples: tuple[str, ...]


def match(page: Page, table: str) -> dict[str, Match]:
    """Standard columns of ``table`` found on ``page``, in their standard order.

    A column of the page is used once; the surest match takes it.
    """
    standard = TABLES[table]
    offers = [
        one for column in standard.columns for seen in page.seen if (one := _offer(page, table, column, seen))
    ]
    taken: dict[str, Match] = {}
    used: set[str] = set()
    for offer in sorted(offers, key=lambda one: -one.confidence):
        if offer.column not in taken and offer.text not in used:
            taken[offer.column] = offer
            used.add(offer.text)
    return {name: taken[name] for name in standard.names() if name in taken}


def rivals(page: Page, table: str, column: str) -> list[Match]:
    """Every column of the page that could be ``column``, the surest first."""
    standard = TABLES[table].column(column)
    found = (_offer(page, table, standard, seen) for seen in page.seen)
    return sorted((one for one in found if one), key=lambda one: -one.confidence)


def stated(page: Page, table: str, column: str, text: str) -> Match:
    """A match that somebody has stated."""
    reason = Label("由您指定", "stated by you")
    if text not in page.raw.names:
        return Match(column, text, 1.0, reason, 1.0, ())
    seen = page.column(text)
    return Match(column, text, 1.0, reason, _readable(TABLES[table].column(column), seen), seen.examples)


def beside(page: Page, role: str, used: Iterable[str] = ()) -> Seen | None:
    """The column that plays a part beside the standard ones, such as the unit price; None where none is named so."""
    offers = [
        (_named(seen.name, beside_words(role))[0], seen) for seen in page.seen if seen.name not in set(used)
    ]
    best = max(offers, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= SURE else None


def _offer(page: Page, table: str, column: Column, seen: Seen) -> Match | None:
    named, word = _named(seen.name, column_words(table, column.name))
    fit = _FITS[column.kind](seen, page)
    readable = _readable(column, seen)
    if named >= _WORTH:
        confidence = named * fit
        same = header(word).joined == header(seen.name).joined
        reason = Label(
            f"列名{'即' if same else '近似'}“{word}”，{_percent(readable)} 可读",
            f"named {'as' if same else 'like'} {word!r}, {_percent(readable)} readable",
        )
    else:
        confidence = _GUESSED * fit * _only(page, column, seen)
        reason = Label(
            f"只凭内容推断：{_percent(readable)} 可读",
            f"guessed from its contents: {_percent(readable)} readable",
        )
    if confidence < _WORTH:
        return None
    return Match(column.name, seen.name, round(confidence, 3), reason, readable, seen.examples)


def _named(name: str, words: tuple[str, ...]) -> tuple[float, str]:
    """How much a column is called one of ``words``, and which; a unit of money at the end stands for an amount."""
    money = as_amount(name)
    plain, word = likeness(name, words)
    if money is None:
        return plain, word
    scaled, meant = likeness(money, words)
    return max((plain, word), (_UNIT * scaled, meant))


def _only(page: Page, column: Column, seen: Seen) -> float:
    """1 where ``seen`` is the only column of the page that reads as dates; amounts and ids are not guessed at all."""
    if column.kind not in ("timestamp", "day") or not column.required:
        return 0.0
    dated = [one for one in page.seen if one.date >= _MOSTLY and not one.number >= _MOSTLY]
    return 1.0 if dated == [seen] else 0.0


def _readable(column: Column, seen: Seen) -> float:
    return {
        "number": seen.number, "timestamp": seen.date, "day": seen.date, "flag": seen.flags,
    }.get(column.kind, 1.0 if seen.filled else 0.0)  # fmt: skip


def _id_fit(seen: Seen, page: Page) -> float:
    if not seen.filled or seen.typed:
        return 0.0
    worded = max((len(one) for one in seen.examples), default=0) > 60
    fractions = seen.number > _MOSTLY and any("." in one and not one.endswith(".0") for one in seen.examples)
    few = seen.distinct < 2 and seen.filled > 20
    return 0.3 if worded or fractions or few else 1.0


def _number_fit(seen: Seen, page: Page) -> float:
    return 0.0 if seen.typed or seen.number < 0.5 else seen.number


def _date_fit(seen: Seen, page: Page) -> float:
    return 0.0 if seen.date < 0.5 else seen.date


def _flag_fit(seen: Seen, page: Page) -> float:
    return seen.flags if seen.distinct <= 2 and seen.flags > _MOSTLY else 0.0


def _text_fit(seen: Seen, page: Page) -> float:
    """Groups repeat; a column in which every cell is another is a text to be read."""
    many = seen.filled > 50 and seen.distinct > 0.8 * seen.filled
    return 0.0 if not seen.filled or seen.typed else 0.5 if many else 1.0


def _any_fit(seen: Seen, page: Page) -> float:
    return 1.0 if seen.filled else 0.0


_FITS: dict[str, Callable[[Seen, Page], float]] = {
    "id": _id_fit,
    "number": _number_fit,
    "timestamp": _date_fit,
    "day": _date_fit,
    "flag": _flag_fit,
    "text": _text_fit,
    "attribute": _any_fit,
}


def _percent(share: float) -> str:
    return f"{share:.0%}" if share in (0.0, 1.0) else f"{share:.1%}"
