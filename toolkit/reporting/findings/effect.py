"""Facts of what a grade caused, or of the refusal."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.effects.effect import ESTIMANDS, STATUSES, Effect
from toolkit.reporting.facts import Fact
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.terms import Label
from toolkit.window import Quarter


def effect(study: Study) -> Iterator[Fact]:
    """The effect under each definition, its rows and power, the raw gap beside it, the pilot.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.effect(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    effect.still_buying = −2.5 pp
    effect.status.still_buying = identified
    effect.codes.still_buying =
    """
    for name, found in study.effects.items():
        title = study.definition_titles[name]
        name_of = Label(f"门槛处的影响：{title.zh}", f"effect at the bar: {title.en}")
        status = Label(f"影响能否识别：{title.zh}", f"status of the effect: {title.en}")
        if found.estimate is not None:
            yield Fact.of(f"effect.{name}", found.estimate, name_of, signed=True)
        yield Fact(f"effect.status.{name}", found.status, "text", status, words=STATUSES[found.status])
        yield Fact(f"effect.codes.{name}", " ".join(found.codes), "text", Label("原因代码", "reason codes"))
        if found.reasons:
            yield reasons_told(name, found)
    headline = next(iter(study.effects.values()))
    yield Fact("effect.near", headline.n_effective, "count", Label("门槛附近的记录", "rows near the bar"))
    if headline.power is not None:
        yield Fact(
            "effect.detectable",
            headline.power.detectable,
            "points_share",
            Label("可检出的最小变化", "smallest detectable"),
        )
    if study.programme_gap is not None:
        gap = Label("原始差距（描述）", "raw gap (description)")
        yield Fact.of("gap.programme", study.programme_gap, gap, signed=True)
    pilot = headline.pilot
    if pilot is not None:
        yield Fact.prose("pilot.text", pilot.text, Label("试点建议", "the pilot in words"))
        yield Fact(
            "pilot.customers", pilot.customers, "customers", Label("试点客户", "customers of the pilot")
        )
        yield Fact(
            "pilot.quarters", pilot.quarters, "quarters", Label("试点时长", "length of the pilot"), digits=0
        )
        yield Fact(
            "pilot.error",
            pilot.expected_error,
            pilot.unit,
            Label("试点预计标准误", "expected standard error"),
        )
    yield from _truth(study)
    yield from _as_of(study)


def truth_at_the_bar(study: Study) -> float | None:
    """The true value of a simulated company; None for a real one.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> f"true {toolkit.findings.truth_at_the_bar(study):.3f}, found {study.effects['still_buying'].estimate.value:.3f}"
    'true 0.046, found -0.025'
    """
    return study.history.truth["bar"]["late"] if study.history.truth else None


def effect_words(study: Study) -> dict[str, Label]:
    """What the sentences on the headline effect name: definition, remedies, estimand, cover.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> {name: label.en for name, label in toolkit.findings.effect_words(study).items()}
    {'definition': 'still buying a year later', 'remedies': '', 'estimand': 'what the grade changed for
    customers at the bar who are graded by the rule', 'covered': 'covers'}
    """
    name, found = next(iter(study.effects.items()))
    words = {
        "definition": study.definition_titles[name],
        "remedies": _joined([reason.remedy for reason in found.reasons]),
        "estimand": ESTIMANDS[found.estimand],
    }
    truth = truth_at_the_bar(study)
    if truth is not None and found.estimate is not None:
        inside = found.estimate.low <= truth <= found.estimate.high
        words["covered"] = label("effect.covers" if inside else "effect.misses")
    return words


def reasons_told(name: str, found: Effect) -> Fact:
    """Why the effect ``name`` is refused or weak, in words."""
    words = _joined([reason.sentence for reason in found.reasons])
    return Fact.prose(f"effect.reasons.{name}", words, Label("原因", "reasons"))


def _joined(labels: list[Label]) -> Label:
    return Label("；".join(one.zh for one in labels), "; ".join(one.en for one in labels))


def _truth(study: Study) -> Iterator[Fact]:
    truth = truth_at_the_bar(study)
    if truth is not None:
        yield Fact(
            "truth.late",
            truth,
            "points_share",
            Label("模拟公司的真值", "true value of the simulated company"),
            signed=True,
        )


def _as_of(study: Study) -> Iterator[Fact]:
    rows = study.programme
    if rows is None or not rows.reviews:
        return
    last: Quarter = rows.reviews[-1]
    starts = last.end(study.params.fiscal_start_month)
    yield Fact(
        "asof.observed",
        rows.latest.isoformat(),
        "text",
        Label("评级数据最晚日期", "latest day used by a grade"),
    )
    yield Fact("asof.outcome", starts.isoformat(), "text", Label("表现期起点", "start of the outcome window"))
