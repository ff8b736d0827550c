"""Tables of the weights of scored policies."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.outcomes.weight_versions import IN_FORCE, WeightVersions
from toolkit.policy import Policy
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.study.weighting import StudyWeights
from toolkit.terms import Lang, figure, number

NOTHING = "—"


def weights(result: StudyWeights, policy: Policy, *, lang: Lang, currency: str) -> Table:
    """Weight of every factor by version, and how well each version told what followed.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.weights(study.weights, study.policies[3], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    factor | in force (experts) | entropy | CRITIC | regression
    >>> print(*table.rows[0], sep=" | ")
    spend | 50.0% | 33.5% | 35.2% | 100.0%
    """
    found = result.versions[policy.id]
    frame = found.comparison.weights
    rows = [
        (found.labels[factor].text(lang), *(figure(share, "share", lang) for share in shares))
        for factor, shares in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    for column, unit in (("somers_d", "index"), ("captured", "share")):
        if len(found.judged):
            said = (figure(found.judged[column][version], unit, lang) for version in frame.columns)
            rows.append((word(f"weights.{column}", lang), *said))
    heads = [word("weights.factor", lang), *(_version(version, found, lang) for version in frame.columns)]
    numbers = pd.concat([frame, found.judged.T]).rename_axis("factor")
    caption = word("weights.table", lang).format(policy=policy.title.text(lang))
    return Table(caption, heads, rows, numbers, _note(found, lang))


def weight_moves(result: StudyWeights, policy: Policy, *, lang: Lang, currency: str) -> Table:
    """Who would move under each version, by grade in force.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.weight_moves(study.weights, study.policies[3], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    version | grade in force | customers | up | down | same
    >>> print(*table.rows[0], sep=" | ")
    entropy | gold | 121 | 0 | 4 | 117
    """
    found = result.versions[policy.id]
    rows = [
        (
            _version(row.version, found, lang),
            row.grade,
            *map(number, (row.customers, row.up, row.down, row.same)),
        )
        for row in found.by_grade.itertuples()
    ]
    names = ("version", "grade", "customers", "up", "down", "same")
    heads = [word(f"weights.{name}", lang) for name in names]
    caption = word("weights.moves_table", lang).format(policy=policy.title.text(lang))
    return Table(caption, heads, rows, found.by_grade, word("weights.moves_note", lang), frozenset({1}))


def weight_stress(result: StudyWeights, policy: Policy, *, lang: Lang, currency: str) -> Table:
    """What happens to grades and value as the weights are drawn further away.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.weight_stress(study.weights, study.policies[3], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    standard deviation of the largest weight | change grade | exceeded once in twenty | leave the best
    grade | value of the best grade, low end | value of the best grade, high end
    >>> print(*table.rows[0], sep=" | ")
    ±3.5 pp | 4.2% | 8.0% | 4.0% | 45.5% | 49.6%
    """
    found = result.versions[policy.id]
    frame = found.stress.drawn
    columns, notes = ["flipped", "flipped_high", "top_lost"], ["stress_note"]
    if found.captured is not None:
        notes.append("captured_note")
        frame = frame.join(found.captured.drawn.add_prefix("captured_"))
        columns += ["captured_low", "captured_high"]
    rows = [
        ("±" + figure(row["deviation"], "points_share", lang), *_shares(row[columns], lang))
        for _, row in frame.iterrows()
    ]
    heads = [word(f"weights.{name}", lang) for name in ("deviation", *columns)]
    caption = word("weights.stress_table", lang).format(policy=policy.title.text(lang))
    return Table(
        caption, heads, rows, frame, _joined([word(f"weights.{note}", lang) for note in notes], lang)
    )


def weight_dropped(result: StudyWeights, policy: Policy, *, lang: Lang, currency: str) -> Table:
    """What happens to grades when one factor is left out.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.weight_dropped(study.weights, study.policies[3], lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    factor | weight | change grade | leave the best grade
    >>> print(*table.rows[0], sep=" | ")
    spend | 50.0% | 37.4% | 23.1%
    """
    found = result.versions[policy.id]
    frame = found.stress.dropped
    columns = ["weight", "flipped", "top_lost"]
    rows = [
        (found.labels[factor].text(lang), *_shares(row[columns], lang)) for factor, row in frame.iterrows()
    ]
    heads = [word(f"weights.{name}", lang) for name in ("factor", *columns)]
    caption = word("weights.dropped_table", lang).format(policy=policy.title.text(lang))
    return Table(caption, heads, rows, frame)


def weight_acceptability(result: StudyWeights, *, lang: Lang, currency: str) -> Table:
    """Share of draws in which each scored policy is best.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import pandas as pd, toolkit
    >>> study = toolkit.example_study()
    >>> shares = pd.DataFrame({"points": [0.7, 0.9]}, index=[10, 100])
    >>> found = replace(study.weights, acceptability=shares)
    >>> table = toolkit.tables.weight_acceptability(found, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | concentration 10 | concentration 100
    >>> print(*table.rows[0], sep=" | ")
    Weighted score | 70.0% | 90.0%
    """
    frame = result.acceptability
    titles = {policy.id: policy.title.text(lang) for policy in result.scored}
    rows = [(titles[policy], *_shares(frame[policy], lang)) for policy in frame.columns]
    heads = [
        word("grades.policy", lang),
        *(f"{word('weights.concentration', lang)} {number(c)}" for c in frame.index),
    ]
    note = word("weights.acceptability_note", lang)
    return Table(
        word("weights.acceptability_table", lang),
        heads,
        rows,
        frame.T.rename(columns=str).rename_axis("policy"),
        note,
    )


def _version(version: str, found: WeightVersions, lang: Lang) -> str:
    if version != IN_FORCE:
        return word(f"weights.version.{version}", lang)
    return word("weights.version.in_force", lang).format(method=word(f"weights.version.{found.method}", lang))


def _note(found: WeightVersions, lang: Lang) -> str:
    said = [word("weights.note", lang)] if len(found.judged) else []
    for version, why in found.missing.items():
        said.append(
            word("weights.missing", lang).format(
                version=word(f"weights.version.{version}", lang), why=why.text(lang)
            )
        )
    return _joined(said, lang)


def _joined(said: Sequence[str], lang: Lang) -> str:
    return ("" if lang == "zh" else " ").join(said)


def _shares(values: Sequence[float], lang: Lang) -> tuple[str, ...]:
    return tuple(NOTHING if pd.isna(value) else figure(float(value), "share", lang) for value in values)
