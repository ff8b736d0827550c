"""Tables of what a grade caused, and of the checks it had to pass."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from toolkit.effects.effect import STATUSES, Effect
from toolkit.effects.pilot import Pilot
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import NOT_AVAILABLE, Label, Lang, figure, number


def effects(found: Mapping[str, Effect], titles: Mapping[str, Label], *, lang: Lang, currency: str) -> Table:
    """The effect, or its refusal, under each definition of retention.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.effects(study.effects, study.definition_titles, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    definition | status | effect | rows | near the bar | reasons
    >>> print(*table.rows[0], sep=" | ")
    still buying a year later | identified | −2.5 pp (95% interval −22.4 pp to +16.6 pp) | 2,037 | 693 | —
    """
    rows, numbers = [], []
    for name, effect in found.items():
        estimate = effect.estimate
        value = estimate.text(lang, signed=True) if estimate else word("effect.no_number", lang)
        rows.append(
            (
                titles[name].text(lang),
                STATUSES[effect.status].text(lang),
                value,
                number(effect.n),
                number(effect.n_effective),
                "; ".join(reason.sentence.text(lang) for reason in effect.reasons) or "—",
            )
        )
        numbers.append(
            {
                "definition": name,
                "design": effect.design,
                "status": effect.status,
                "value": estimate.value if estimate else math.nan,
                "low": estimate.low if estimate else math.nan,
                "high": estimate.high if estimate else math.nan,
                "std_error": effect.std_error if estimate else math.nan,
                "rows": effect.n,
                "rows_near": effect.n_effective,
                "codes": " ".join(effect.codes),
            }
        )
    heads = [word(f"effect.{h}", lang) for h in ("definition", "status", "value", "rows", "near", "why")]
    return Table(word("effect.table", lang), heads, rows, pd.DataFrame(numbers), words=frozenset({1, 2, 5}))


def checks(effect: Effect, *, lang: Lang, currency: str) -> Table:
    """Every check that the design was put to.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.checks(study.effects["still_buying"], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    check | result | found | limit
    >>> print(*table.rows[0], sep=" | ")
    nothing else begins at this bar | passed | 0.000 | 0.000
    """
    rows, numbers = [], []
    for check in effect.checks:
        verdict = word("check.passed" if check.passed else "check.failed", lang)
        rows.append((check.meaning.text(lang), verdict, _plain(check.value), _plain(check.limit)))
        numbers.append(
            {"check": check.id, "passed": check.passed, "value": check.value, "limit": check.limit}
        )
    heads = [word(f"check.{h}", lang) for h in ("question", "answer", "found", "limit")]
    columns = ["check", "passed", "value", "limit"]
    return Table(
        word("check.table", lang),
        heads,
        rows,
        pd.DataFrame(numbers, columns=columns),
        note=word("check.note", lang),
        words=frozenset({1}),
    )


def pilot_options(pilot: Pilot, *, lang: Lang, currency: str) -> Table:
    """What a randomised band of each width would find in one review.

    Examples
    --------
    >>> import toolkit
    >>> basis = toolkit.PilotBasis.of_share(0.8, {0.1: 40, 0.2: 80, 0.3: 120, 0.5: 200})
    >>> pilot = toolkit.design_pilot(basis, toolkit.PilotPlan(wanted=0.1))
    >>> table = toolkit.tables.pilot_options(pilot, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    band around the bar | customers at one review | expected standard error | smallest detectable change
    >>> print(*table.rows[0], sep=" | ")
    ±10% | 40 | 12.6 pp | 35.4 pp
    """
    rows = [
        (
            f"±{option.band:.0%}",
            number(option.customers),
            _points(option.expected_error, pilot.unit, lang),
            _points(option.detectable, pilot.unit, lang),
        )
        for option in pilot.options
    ]
    columns = ("band", "customers", "expected_error", "detectable")
    numbers = pd.DataFrame([{c: getattr(o, c) for c in columns} for o in pilot.options], columns=columns)
    heads = [word(f"pilot.{c}", lang) for c in columns]
    return Table(word("pilot.table", lang), heads, rows, numbers)


def _points(value: float, unit: str, lang: Lang) -> str:
    return figure(value, unit, lang) if math.isfinite(value) else NOT_AVAILABLE[lang]


def _plain(value: float) -> str:
    if not math.isfinite(value):
        return "—"
    return number(value, 0 if abs(value) >= 100 else 3 if abs(value) < 1 else 1)
