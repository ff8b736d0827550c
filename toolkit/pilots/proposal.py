"""The pilot that a report proposes: the question, every design looked at, the one chosen, its file and its lots."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from math import isfinite

import pandas as pd

from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.designs import BandParams
from toolkit.params.pilot import (
    TITLES,
    AskedParams,
    DecidesParams,
    PilotDesign,
    PilotParams,
    WaveParams,
)
from toolkit.params.strict import Words
from toolkit.pilots.cheapest import Chosen, cheapest, designs_for
from toolkit.pilots.deciding import Thresholds, thresholds
from toolkit.pilots.design import PREPARING, Design
from toolkit.pilots.lots import Lists, counts, draw_lots
from toolkit.pilots.question import OpenQuestion
from toolkit.shown import shown
from toolkit.terms import Label, figure, without_gaps
from toolkit.window import Quarter

LONGEST_ID = 60
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Report:
    """The report that asks.

    Attributes
    ----------
    study : str
    quarter : Quarter
    fiscal_start_month : int
    seed : int
        From which the seed of every draw is made.
    """

    study: str
    quarter: Quarter
    fiscal_start_month: int
    seed: int

    @property
    def first(self) -> Quarter:
        """The quarter in which a pilot begins: one is left to prepare it."""
        return self.quarter + 1 + PREPARING

    def day(self, later: int) -> date:
        """First day of the quarter that begins so many quarters after the pilot does."""
        return (self.first + later).start(self.fiscal_start_month)


@shown("question.policy", "chosen")
@dataclass(frozen=True, slots=True, eq=False)
class PilotProposal:
    """A pilot ready to be decided on.

    Attributes
    ----------
    question : OpenQuestion
    options : tuple of Design
        All that were looked at, also those that cannot be run.
    chosen : Chosen
    thresholds : Thresholds
    params : PilotParams
        What the pilot file says.
    lots : DataFrame
        See :func:`toolkit.pilots.lots.draw_lots`.
    """

    question: OpenQuestion
    options: tuple[Design, ...]
    chosen: Chosen
    thresholds: Thresholds
    params: PilotParams
    lots: pd.DataFrame

    @property
    def text(self) -> Label:
        """What the pilot can show, and what it cannot, in one or two sentences."""
        return _shown(self.question, self.chosen)


def propose(
    question: OpenQuestion, rule: DecisionRuleParams, report: Report, kind: PilotDesign | None = None
) -> PilotProposal | None:
    """Design a pilot, draw its lots and write its file; None where no design can be run.

    ``kind`` leaves only designs of that kind to choose from; left out, all.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> report = toolkit.pilots.Report("example", study.quarter, fiscal_start_month=1, seed=1)
    >>> proposal = toolkit.pilots.propose(study.pilots[0].question, study.files.rule, report)
    >>> proposal.thresholds
    Thresholds(adopt above 12.2 pp, reject below −16.1 pp, error 11.1 pp)
    """
    options = tuple(one for one in designs_for(question) if kind in (None, one.kind))
    chosen = cheapest(question, options, rule.adopt_identified_share)
    if chosen is None or not isfinite(question.break_even):
        return None
    id = _identifier(question, report)
    seed = zlib.crc32(f"{report.seed}/{id}".encode())
    lists = _lists(id, chosen.design, report)
    lots = draw_lots(question, chosen.design, lists, seed)
    decided = thresholds(question.break_even, chosen.design.expected_error, rule)
    params = _params(id, question, chosen, decided, _Draw(report, lists, counts(lots), seed))
    return PilotProposal(question, options, chosen, decided, params, lots)


@dataclass(frozen=True, slots=True)
class _Draw:
    report: Report
    lists: Lists
    counts: dict[str, int]
    seed: int


def _identifier(question: OpenQuestion, report: Report) -> str:
    ending = f"_{str(report.quarter).lower()}"
    return question.policy[: LONGEST_ID - len(ending)] + ending


def _lists(id: str, design: Design, report: Report) -> Lists:
    between = tuple(
        (f"{id}_wave_{place}", report.day(start)) for place, start in enumerate(design.waves[1:-1], 2)
    )
    days = report.day(0), report.day(design.quarters)
    return Lists(f"{id}_served", f"{id}_not_served", *days, between)


def _params(id: str, question: OpenQuestion, chosen: Chosen, decided: Thresholds, draw: _Draw) -> PilotParams:
    design, report, lists = chosen.design, draw.report, draw.lists
    zh, en = TITLES[design.kind]
    text = _shown(question, chosen)
    return PilotParams(
        id=id,
        title=Words(zh=f"《{question.title.zh}》：{zh}", en=f"{question.title.en}: {en}"),
        asked=AskedParams(
            study=report.study,
            quarter=str(report.quarter),
            policy=question.policy,
            definition=question.definition,
        ),
        design=design.kind,
        package=question.package,
        otherwise=question.otherwise,
        band=_band(question, design),
        cluster=design.cluster,
        waves=_waves(design, draw),
        seed=draw.seed,
        drawn_on=str(report.quarter),
        starts_on=lists.starts_on,
        ends_on=lists.ends_on,
        served=lists.served,
        not_served=lists.not_served,
        customers=design.customers,
        quarters=design.quarters,
        weeks=design.weeks,
        expected_error=round(design.expected_error, DIGITS),
        detectable=round(design.detectable, DIGITS),
        cost=round(design.cost, 2),
        decides=DecidesParams(
            adopt_above=round(decided.adopt_above, DIGITS),
            reject_below=round(decided.reject_below, DIGITS),
            text=Words(zh=without_gaps(decided.text.zh + text.zh), en=f"{decided.text.en} {text.en}"),
        ),
        controls=question.controls,
        source=f"{report.study} {report.quarter}",
    )


def _band(question: OpenQuestion, design: Design) -> BandParams | None:
    if design.band is None or question.score is None:
        return None
    score, (low, high) = question.score, design.band
    return BandParams(
        measure=score.measure, bar=score.bar, low=low, high=high, window_quarters=score.window_quarters
    )


def _waves(design: Design, draw: _Draw) -> tuple[WaveParams, ...]:
    if not design.waves:
        return ()
    names = [draw.lists.served, *(name for name, _ in draw.lists.between), draw.lists.not_served]
    return tuple(
        WaveParams(list=name, starts_on=draw.report.day(start), customers=draw.counts[name])
        for name, start in zip(names, design.waves, strict=True)
    )


def _shown(question: OpenQuestion, chosen: Chosen) -> Label:
    """What the answer can and cannot show."""
    design = chosen.design
    zh, en = (figure(design.detectable, "points_share", lang) for lang in ("zh", "en"))
    covered = [figure(design.covers, "share", lang, digits=0) for lang in ("zh", "en")]
    said = Label(
        f"可检出 {zh}的变化，覆盖变动客户毛利的 {covered[0]}。",
        f"It would find a change of {en} and covers {covered[1]} of the switchers' margin.",
    )
    if chosen.can_decide:
        return said
    if design.detectable <= question.distance:
        more = Label(
            "覆盖不足，单凭这次试点不能采用。", "With so little covered it cannot carry an adoption alone."
        )
    else:
        away = [figure(question.distance, "points_share", lang) for lang in ("zh", "en")]
        more = Label(
            f"与盈亏平衡点相距 {away[0]}，小于可检出的变化，单凭这次试点未必能作出判定。",
            f"The change that matters is {away[1]}, less than it would find, so it may leave the question open.",
        )
    return Label(said.zh + more.zh, f"{said.en} {more.en}")
