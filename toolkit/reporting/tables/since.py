"""Tables of what moved since the report before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from toolkit.reporting.difference import ADDED, BETTER, MOVED, REMOVED, WORSE, Moved
from toolkit.reporting.findings.since import Since
from toolkit.reporting.moving import change_text, direction_text, side_text
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Lang, number

COLUMNS = ["id", "chapter", "kind", "zh", "en", "unit", "before", "after", "change", "direction", "turned",
           "before_low", "before_high", "after_low", "after_high", "before_zh", "before_en", "after_zh", "after_en"]  # fmt: skip


def turned_conclusions(found: Since, *, lang: Lang, currency: str) -> Table:
    """Conclusions that turned, the verdict first.

    Examples
    --------
    >>> import toolkit
    >>> from pathlib import Path
    >>> from toolkit.reporting.earlier import Earlier
    >>> from toolkit.reporting.findings.since import since
    >>> fact = {"value": 0.8, "unit": "share", "zh": "留存", "en": "retained", "better": "higher", "chapter": "03"}
    >>> fact["text"] = {"zh": "80.0%", "en": "80.0%"}
    >>> verdict = {"value": "keep", "unit": "text", "zh": "结论", "en": "verdict", "chapter": "06"}
    >>> verdict["text"] = {"zh": "维持", "en": "Keep"}
    >>> earlier = Earlier(toolkit.Quarter.parse("2026Q2"), Path("."), {"retained": fact, "verdict": verdict})
    >>> now = {"retained": fact | {"value": 0.75, "text": {"zh": "75.0%", "en": "75.0%"}},
    ...        "verdict": verdict | {"value": "adopt", "text": {"zh": "采用", "en": "Adopt"}}}
    >>> found = since(earlier, now)
    >>> table = toolkit.tables.turned_conclusions(found, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    figure | last report | this report | how it turned
    >>> print(*table.rows[0], sep=" | ")
    verdict | Keep | Adopt | another answer
    """
    moved = [flip.moved for flip in found.flips]
    rows = [
        (
            flip.moved.label.text(lang),
            side_text(flip.moved.before).text(lang),
            side_text(flip.moved.after).text(lang),
            ", ".join(word(f"since.how.{kind}", lang) for kind in flip.kinds),
        )
        for flip in found.flips
    ]
    heads = [word(f"since.{name}", lang) for name in ("figure", "before", "after", "how")]
    return Table(
        word("since.turned_table", lang), heads, rows, all_moved(moved, found), words=frozenset({1, 2, 3})
    )


def moved_first_page(found: Since, *, lang: Lang, currency: str) -> Table:
    """Figures of page one that moved.

    Examples
    --------
    >>> import toolkit
    >>> from pathlib import Path
    >>> from toolkit.reporting.earlier import Earlier
    >>> from toolkit.reporting.findings.since import since
    >>> fact = {"value": 0.8, "unit": "share", "zh": "留存", "en": "retained", "better": "higher", "chapter": "03"}
    >>> fact["text"] = {"zh": "80.0%", "en": "80.0%"}
    >>> verdict = {"value": "keep", "unit": "text", "zh": "结论", "en": "verdict", "chapter": "06"}
    >>> verdict["text"] = {"zh": "维持", "en": "Keep"}
    >>> earlier = Earlier(toolkit.Quarter.parse("2026Q2"), Path("."), {"retained": fact, "verdict": verdict})
    >>> now = {"retained": fact | {"value": 0.75, "text": {"zh": "75.0%", "en": "75.0%"}},
    ...        "verdict": verdict | {"value": "adopt", "text": {"zh": "采用", "en": "Adopt"}}}
    >>> found = since(earlier, now)
    >>> table = toolkit.tables.moved_first_page(found, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    figure | last report | this report | change | better or worse
    >>> print(*table.rows[0], sep=" | ")
    verdict | Keep | Adopt |  |
    """
    return _moved("since.first_page_table", found.of_first_page(), found, lang, currency)


def moved_figures(found: Since, *, lang: Lang, currency: str) -> Table:
    """All other figures that moved and know a better side.

    Examples
    --------
    >>> import toolkit
    >>> from pathlib import Path
    >>> from toolkit.reporting.earlier import Earlier
    >>> from toolkit.reporting.findings.since import since
    >>> fact = {"value": 0.8, "unit": "share", "zh": "留存", "en": "retained", "better": "higher", "chapter": "03"}
    >>> fact["text"] = {"zh": "80.0%", "en": "80.0%"}
    >>> verdict = {"value": "keep", "unit": "text", "zh": "结论", "en": "verdict", "chapter": "06"}
    >>> verdict["text"] = {"zh": "维持", "en": "Keep"}
    >>> earlier = Earlier(toolkit.Quarter.parse("2026Q2"), Path("."), {"retained": fact, "verdict": verdict})
    >>> now = {"retained": fact | {"value": 0.75, "text": {"zh": "75.0%", "en": "75.0%"}},
    ...        "verdict": verdict | {"value": "adopt", "text": {"zh": "采用", "en": "Adopt"}}}
    >>> found = since(earlier, now)
    >>> table = toolkit.tables.moved_figures(found, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    figure | last report | this report | change | better or worse
    >>> print(*table.rows[0], sep=" | ")
    retained | 80.0% | 75.0% | −5.0 pp | worse
    """
    return _moved("since.moved_table", found.with_direction(), found, lang, currency)


def moved_by_chapter(
    found: Since, titles: Mapping[str, Mapping[str, str]], *, lang: Lang, currency: str
) -> Table:
    """How many figures of each chapter moved; ``titles`` of the chapters by name.

    Examples
    --------
    >>> import toolkit
    >>> from pathlib import Path
    >>> from toolkit.reporting.earlier import Earlier
    >>> from toolkit.reporting.findings.since import since
    >>> fact = {"value": 0.8, "unit": "share", "zh": "留存", "en": "retained", "better": "higher", "chapter": "03"}
    >>> fact["text"] = {"zh": "80.0%", "en": "80.0%"}
    >>> verdict = {"value": "keep", "unit": "text", "zh": "结论", "en": "verdict", "chapter": "06"}
    >>> verdict["text"] = {"zh": "维持", "en": "Keep"}
    >>> earlier = Earlier(toolkit.Quarter.parse("2026Q2"), Path("."), {"retained": fact, "verdict": verdict})
    >>> now = {"retained": fact | {"value": 0.75, "text": {"zh": "75.0%", "en": "75.0%"}},
    ...        "verdict": verdict | {"value": "adopt", "text": {"zh": "采用", "en": "Adopt"}}}
    >>> found = since(earlier, now)
    >>> table = toolkit.tables.moved_by_chapter(found, {"03": {"en": "Who stays?"}}, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    chapter | moved | better | worse | new | gone
    >>> print(*table.rows[0], sep=" | ")
    Who stays? | 1 | 0 | 1 | 0 | 0
    """
    counts = {chapter: Counter() for chapter in sorted({found.chapters[one.id] for one in found.moved})}
    for one in found.moved:
        counts[found.chapters[one.id]].update([one.kind, one.direction or ""])
    kinds = (MOVED, BETTER, WORSE, ADDED, REMOVED)
    rows = [
        (titles.get(chapter, {}).get(lang) or chapter, *(number(count[kind]) for kind in kinds))
        for chapter, count in counts.items()
    ]
    numbers = pd.DataFrame(
        [(chapter, *(count[kind] for kind in kinds)) for chapter, count in counts.items()],
        columns=["chapter", *kinds],
    )
    heads = [word("since.chapter", lang), *(word(f"since.count.{kind}", lang) for kind in kinds)]
    note = word("since.full_table", lang)
    return Table(word("since.chapters_table", lang), heads, rows, numbers, note)


def all_moved(moved: Iterable[Moved], found: Since) -> pd.DataFrame:
    """Every figure with both sides, unrounded and as printed; values are text, for some are words."""
    rows = []
    for one in moved:
        before, after = one.before or {}, one.after or {}
        was, now = side_text(one.before), side_text(one.after)
        values = [None if side.get("value") is None else str(side["value"]) for side in (before, after)]
        ends = [_number(side.get(end)) for side in (before, after) for end in ("low", "high")]
        rows.append(
            (one.id, found.chapters[one.id], one.kind, one.label.zh, one.label.en, one.unit, *values, one.change,
             one.direction, one.id in found.turned, *ends, was.zh, was.en, now.zh, now.en)
        )  # fmt: skip
    floats = dict.fromkeys(["change", *COLUMNS[11:15]], float)
    return pd.DataFrame(rows, columns=COLUMNS).astype(floats)


def _moved(key: str, moved: tuple[Moved, ...], found: Since, lang: Lang, currency: str) -> Table:
    rows = [
        (
            one.label.text(lang),
            side_text(one.before).text(lang),
            side_text(one.after).text(lang),
            change_text(one, currency).text(lang),
            direction_text(one).text(lang),
        )
        for one in moved
    ]
    heads = [word(f"since.{name}", lang) for name in ("figure", "before", "after", "change", "direction")]
    return Table(word(key, lang), heads, rows, all_moved(moved, found), words=frozenset({4}))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
