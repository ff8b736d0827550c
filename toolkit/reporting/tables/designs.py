"""Tables of the further designs, of the programme register and of one effect by other formulas."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

import pandas as pd

from toolkit.effects.effect import DESIGNS, STATUSES, Effect
from toolkit.effects.slope import FARTHEST
from toolkit.estimate import Estimate
from toolkit.params.programme import ProgrammeParams
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.study import Study
from toolkit.terms import NOT_AVAILABLE, Label, Lang, number

MOVED = (-0.1, 0.1)
COLUMNS = ("design_of", "outcome", "status", "value", "rows", "why")


def designs(study: Study, *, lang: Lang, currency: str) -> Table:
    """Every further design under every outcome: its figure or its refusal.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.designs(study, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    arrangement | outcome | status | effect | rows | reasons
    >>> print(*table.rows[0], sep=" | ")
    Magazine sent by lot (experiment) | still buying a year later | identified | +7.8 pp (95% interval
    −2.8 pp to +18.4 pp) | 198 | —
    """
    rows, numbers = [], []
    for asked in study.params.designs:
        for outcome, effect in study.further_effects[asked.id].items():
            estimate = effect.estimate
            rows.append(
                (
                    _with_design(asked.title.label(), effect, lang),
                    effect.question.outcome.text(lang),
                    STATUSES[effect.status].text(lang),
                    estimate.text(lang, signed=True, currency=currency)
                    if estimate
                    else word("effect.no_number", lang),
                    number(effect.n),
                    "; ".join(reason.sentence.text(lang) for reason in effect.reasons) or "—",
                )
            )
            numbers.append(
                {
                    "design_id": asked.id, "outcome": outcome, "design": effect.design, "status": effect.status,
                    "value": estimate.value if estimate else math.nan, "low": estimate.low if estimate else math.nan,
                    "high": estimate.high if estimate else math.nan, "rows": effect.n, "codes": " ".join(effect.codes),
                }
            )  # fmt: skip
    heads = [word(f"designs.{column}", lang) for column in COLUMNS]
    return Table(
        word("designs.table", lang), heads, rows, pd.DataFrame(numbers), words=frozenset({1, 2, 3, 5})
    )


def _with_design(title: Label, effect: Effect, lang: Lang) -> str:
    design = DESIGNS[effect.design].text(lang)
    return f"{title.zh}（{design}）" if lang == "zh" else f"{title.en} ({design})"


def lot_values(study: Study, *, lang: Lang, currency: str) -> Table:
    """What every alternative would have been worth among customers drawn by lot, against the baseline.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.lot_values(study, lang="en", currency="CNY")
    >>> len(table.rows), [design.id for design in study.params.designs]
    (0, ['mailing'])
    >>> print(*table.heads, sep=" | ")
    draw | policy | doubly robust | self-normalised (check) | customers served differently | reasons
    """
    titles, rows, numbers = {p.id: p.title for p in study.policies}, [], []
    designs_by_id = {asked.id: asked.title.label() for asked in study.params.designs}
    for design, values in study.lot_values.items():
        for policy, value in values.items():
            rows.append(
                (
                    designs_by_id[design].text(lang),
                    titles[policy].text(lang),
                    *(
                        one.text(lang, signed=True) if one else word("effect.no_number", lang)
                        for one in (value.change, value.snips)
                    ),
                    number(value.n_moved),
                    "; ".join(reason.sentence.text(lang) for reason in value.reasons) or "—",
                )
            )
            change = value.change
            numbers.append(
                {
                    "design_id": design, "policy": policy, "status": value.status, "moved": value.n_moved,
                    "value": change.value if change else math.nan, "low": change.low if change else math.nan,
                    "high": change.high if change else math.nan, "codes": " ".join(value.codes),
                }
            )  # fmt: skip
    heads = [word(f"lot_values.{h}", lang) for h in ("design", "policy", "value", "check", "moved", "why")]
    return Table(
        word("lot_values.table", lang), heads, rows, pd.DataFrame(numbers), words=frozenset({1, 2, 3, 5})
    )


def _beside(effect: Effect, share: float) -> Estimate:
    """The effect for customers so far from the bar, along the line through it."""
    scale = effect.picture.scale
    distance = math.log1p(share) if scale == "log" else share * effect.slope.farthest / math.expm1(FARTHEST)
    return effect.slope.at(distance)


def readings(effect: Effect, *, lang: Lang, currency: str) -> Table:
    """The same effect by other formulas, and what the line says of customers a little beside the bar.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.readings(study.effects["still_buying"], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    formula | effect
    >>> print(*table.rows[0], sep=" | ")
    local linear, bias not corrected | −3.2 pp (95% interval −19.0 pp to +12.6 pp)
    """
    named = [(word(f"reading.{name}", lang), name, estimate) for name, estimate in effect.readings]
    named += [
        (f"{word('reading.beside', lang)} ({share:+.0%})", f"beside_{share:+.2f}", _beside(effect, share))
        for share in MOVED
        if effect.slope is not None
    ]
    rows = [(title, estimate.text(lang, signed=True, currency=currency)) for title, _, estimate in named]
    numbers = pd.DataFrame(
        [
            {"reading": name, "value": estimate.value, "low": estimate.low, "high": estimate.high}
            for _, name, estimate in named
        ],
        columns=["reading", "value", "low", "high"],
    )
    heads = [word("reading.formula", lang), word("effect.value", lang)]
    return Table(word("reading.table", lang), heads, rows, numbers, words=frozenset({1}))


def register(
    programme: ProgrammeParams, windows: Iterable[tuple[date, date, Label]], *, lang: Lang, currency: str
) -> Table:
    """What began when, and in which windows of the design it falls.

    ``windows`` are (first day, first day after, name) of the observation and outcome windows.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> windows = toolkit.findings.programme_windows(study)
    >>> table = toolkit.tables.register(study.params.programme, windows, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    date | kind | what | falls in
    >>> print(*table.rows[0], sep=" | ")
    2022-10-01 | staff | manager of their own | outcome of 2022Q3; observation of 2023Q3
    """
    entries = [
        *((c.on, None, word(f"register.what.{c.what}", lang), c.text) for c in programme.changes),
        *((a.on, None, word("register.announced", lang), a.text) for a in programme.announcements),
        *((s.from_on, s.to_on, word("register.sale", lang), s.text) for s in programme.sales),
    ]
    rows, numbers = [], []
    for begins, ends, kind, text in sorted(entries, key=lambda entry: entry[0]):
        inside = [
            name.text(lang) for first, after, name in windows if begins < after and (ends or begins) >= first
        ]
        when = begins.isoformat() if ends is None else f"{begins.isoformat()} – {ends.isoformat()}"
        rows.append((when, kind, text.label().text(lang), "; ".join(inside) or NOT_AVAILABLE[lang]))
        numbers.append(
            {"from_on": begins, "to_on": ends, "text": text.label().en, "windows": " ".join(inside)}
        )
    heads = [word(f"register.{h}", lang) for h in ("when", "kind", "text", "windows")]
    columns = ["from_on", "to_on", "text", "windows"]
    return Table(
        word("register.table", lang),
        heads,
        rows,
        pd.DataFrame(numbers, columns=columns).astype({"from_on": str, "to_on": str}),
        words=frozenset({1, 2, 3}),
    )
