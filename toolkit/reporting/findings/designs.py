"""Facts of the further designs of a study: exceptions, staggered starts, draws by lot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from toolkit.effects.effect import DESIGNS, STATUSES, Effect
from toolkit.params.designs import DesignParams
from toolkit.reporting.facts import Fact
from toolkit.reporting.findings.effect import reasons_told
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.terms import Label


def designs(study: Study) -> Iterator[Fact]:
    """The figure or the refusal of every design under every outcome, and the truth where it is known.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.designs(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    effect.mailing.still_buying = +7.8 pp
    effect.status.mailing.still_buying = identified
    effect.codes.mailing.still_buying =
    """
    for asked in study.params.designs:
        for outcome, effect in study.further_effects[asked.id].items():
            yield from _answer(f"{asked.id}.{outcome}", asked, effect)
        truth = truth_of(study, asked)
        if truth is not None:
            unit = _headline(study, asked)[1].estimate
            yield Fact(
                f"truth.{asked.id}",
                truth,
                unit.unit if unit else "points_share",
                Label("模拟公司的真值", "true value of the simulated company"),
                signed=True,
            )


def designs_told(study: Study) -> list[tuple[str, str, dict[str, Any]]]:
    """The sentences on every design: its answer under its first outcome, what an unrecorded factor could do,
    the truth.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.designs_told(study)]
    ['designs.identified', 'designs.truth']
    """
    told = []
    for asked in study.params.designs:
        outcome, effect = _headline(study, asked)
        each, names = f"{asked.id}.{outcome}", _names(asked, effect)
        told.append((f"designs.{effect.status}", each, names))
        if effect.sensitivity is not None:
            told.append(("designs.sensitivity", each, names))
        if effect.pilot is not None:
            told.append(("designs.pilot", each, names))
        if truth_of(study, asked) is not None and effect.estimate is not None:
            told.append(("designs.truth", asked.id, names))
    return told


def designs_drawn(study: Study) -> dict[str, tuple[Effect, Label]]:
    """What the chart of each design needs, under its first outcome.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> effect, title = toolkit.findings.designs_drawn(study)["mailing"]
    >>> title.en, effect.design, effect.estimate.text("en", signed=True)
    ('Magazine sent by lot', 'experiment', '+7.8 pp (95% interval −2.8 pp to +18.4 pp)')
    """
    drawn = {}
    for asked in study.params.designs:
        _, effect = _headline(study, asked)
        if effect.picture is not None:
            drawn[asked.id] = (effect, asked.title.label())
    return drawn


def programme_recorded(study: Study) -> bool:
    """Whether the register of the programme has anything to show.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.findings.programme_recorded(study), [change.text.en for change in study.params.programme.changes]
    (True, ['manager of their own'])
    """
    programme = study.params.programme
    return programme is not None and bool(programme.changes or programme.announcements or programme.sales)


def programme_windows(study: Study) -> list[tuple[date, date, Label]]:
    """Observation and outcome window of every review of the programme: first day, first day after, name.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for first, last, label in toolkit.findings.programme_windows(study)[:2]:
    ...     print(label.en, first, last)
    observation of 2022Q3 2021-10-01 2022-10-01
    outcome of 2022Q3 2022-10-01 2023-10-01
    """
    programme, month = study.params.programme, study.params.fiscal_start_month
    windows = []
    for review in study.programme.reviews if study.programme else ():
        first = (review + 1 - programme.window_quarters).start(month)
        closed = review.end(month)
        ends = (review + study.headline.quarters).end(month)
        for key, begin, end in (("observation", first, closed), ("outcome", closed, ends)):
            words = label(f"register.{key}")
            name = Label(*(text.format(review=review) for text in (words.zh, words.en)))
            windows.append((begin, end, name))
    return windows


def truth_of(study: Study, asked: DesignParams) -> float | None:
    """What a simulated company knows of a design; None for a real one, and where it does not know.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> mailing = study.params.designs[0]
    >>> f"true {toolkit.findings.truth_of(study, mailing):.3f}"
    'true 0.000'
    >>> study.further_effects["mailing"]["still_buying"].estimate.text("en", signed=True)
    '+7.8 pp (95% interval −2.8 pp to +18.4 pp)'
    """
    name = {"rollout": "started_by", "experiment": "treated"}.get(asked.design)
    if name is None or not study.history.truth:
        return None
    return study.history.truth["trials"].get(getattr(asked, name))


def _headline(study: Study, asked: DesignParams) -> tuple[str, Effect]:
    return next(iter(study.further_effects[asked.id].items()))


def _answer(name: str, asked: DesignParams, effect: Effect) -> Iterator[Fact]:
    title = asked.title.label()
    if effect.estimate is not None:
        of = Label(f"影响：{title.zh}", f"effect: {title.en}")
        yield Fact.of(f"effect.{name}", effect.estimate, of, signed=True)
    status = Label(f"影响能否识别：{title.zh}", f"status of the effect: {title.en}")
    yield Fact(f"effect.status.{name}", effect.status, "text", status, words=STATUSES[effect.status])
    yield Fact(f"effect.codes.{name}", " ".join(effect.codes), "text", Label("原因代码", "reason codes"))
    if effect.reasons:
        yield reasons_told(name, effect)
    if effect.sensitivity is not None:
        hidden = Label("未记录的因素", "what an unrecorded factor could do")
        yield Fact.prose(f"effect.sensitivity.{name}", effect.sensitivity.sentence, hidden)
    if effect.pilot is not None:
        yield Fact.prose(f"effect.pilot.{name}", effect.pilot.text, Label("试点建议", "the pilot in words"))


def _names(asked: DesignParams, effect: Effect) -> dict[str, Label]:
    return {
        "title": asked.title.label(),
        "contrast": asked.contrast.label(),
        "design": DESIGNS[effect.design],
        "outcome": effect.question.outcome,
    }
