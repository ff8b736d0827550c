"""Facts of where the alternatives stand, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.comparison.tornado import Tornado, TwoWay
from toolkit.reporting.facts import Fact
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.terms import Label

Told = Iterator[tuple[str, str, dict[str, Any]]]


def policy_titles(study: Study) -> dict[str, Label]:
    """What each policy of the study is called, baseline first.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> {policy: title.en for policy, title in toolkit.findings.policy_titles(study).items()}
    {'vip': 'VIP rules in force', 'lower_bar': 'Floor lowered to 80,000', 'abc': 'ABC grading',
    'points': 'Weighted score'}
    """
    return {policy.id: policy.title for policy in study.policies}


def standing(study: Study) -> Iterator[Fact]:
    """Chances, regret and tail of every policy that is ranked; the choice on other customers; the scenarios.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.standing(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    change.abc.adjusted = 97.5%
    change.abc.best = 99.0%
    change.abc.regret = ¥284
    """
    found, titles = study.weighing.standing, policy_titles(study)
    lowest = found.lowest
    for policy in found.frame.index[1:]:
        row, name = found.frame.loc[policy], f"change.{policy}"
        if not row["rankable"]:
            continue
        zh, en = f"《{titles[policy].zh}》", f"“{titles[policy].en}”, "
        sure = Label(f"{zh}净值为正的概率，已计入比较次数", f"{en}probability of a positive value, adjusted")
        yield Fact(f"{name}.adjusted", float(lowest.loc[policy, "adjusted"]), "share", sure, better="higher")
        best = Label(f"{zh}最好的概率", f"{en}probability of being best")
        yield Fact(f"{name}.best", float(row["best"]), "share", best)
        regret = Label(f"{zh}预期遗憾值", f"{en}expected regret")
        yield Fact(f"{name}.regret", float(row["regret"]), "money", regret, better="lower")
        tail = Label(f"{zh}最差一成的平均净值", f"{en}mean net value of the worst tenth")
        yield Fact(f"{name}.tail", float(row["tail"]), "money", tail, signed=True, better="higher")
    if is_ranked(study):
        perfect = Label("完全信息的价值（每年）", "value of perfect information per year")
        yield Fact("standing.evpi", found.evpi, "money", perfect)
        yield from _scenarios(study)
        yield from _hangs(study)
    yield from _choice(study)


def is_ranked(study: Study) -> bool:
    """Whether any alternative has evidence enough to be ranked.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.findings.is_ranked(study), [policy for policy in study.weighing.tornado]
    (True, ['abc'])
    """
    return bool(study.weighing.standing.frame["rankable"].iloc[1:].any())


def standing_told(study: Study) -> Told:
    """What perfect information is worth, what the choice is worth on other customers, who cannot be ranked.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.standing_told(study)]
    ['standing.evpi', 'choice.held_out', 'standing.below_cheaper']
    """
    if is_ranked(study):
        yield "standing.evpi", "", {}
    else:
        yield "standing.nothing", "", {}
    if study.choice is not None:
        yield "choice.held_out", "", {}
    elif is_ranked(study):
        yield "choice.none", "", {"reason": study.no_choice}
    for change in study.comparison.changes:
        ranked = study.weighing.standing.frame.loc[change.policy, "rankable"]
        if not ranked and change.moved and change.policy not in study.comparison.excluded:
            key = "standing.below" if change.break_even is not None else "standing.below_cheaper"
            yield key, change.policy, {"policy": change.title}


def tornado_shown(study: Study) -> dict[str, tuple[Tornado, Label, dict[str, Label], str]]:
    """What the net value of an alternative hangs on: the one that leads, or where it is not ranked the best ranked.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> tornado, title, _, currency = toolkit.findings.tornado_shown(study)["abc"]
    >>> title.en, currency, list(tornado.bars.index)
    ('ABC grading', 'CNY', ['effect', 'horizon', 'margin', 'line', 'definition'])
    """
    lead, found = study.recommendation.leading().change.policy, study.weighing.tornado
    best = lead if lead in found else max(found, key=lambda policy: found[policy].base, default=None)
    if best is None:
        return {}
    return {best: (found[best], policy_titles(study)[best], study.definition_titles, study.currency)}


def two_way_shown(study: Study) -> dict[str, tuple[TwoWay, Label, str]]:
    """The map over the two widest inputs; empty where nothing is ranked.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> two_way, title, _ = toolkit.findings.two_way_shown(study)["abc"]
    >>> title.en, two_way.first.name, two_way.second.name
    ('ABC grading', 'effect', 'horizon')
    """
    found = study.weighing.two_way
    return (
        {} if found is None else {found.policy: (found, policy_titles(study)[found.policy], study.currency)}
    )


def scenarios_told(study: Study) -> Told:
    """Which policy holds in how many scenarios, and which scenarios could not be computed.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.scenarios_told(study)]
    ['scenarios.robust']
    """
    found, titles = study.weighing.scenarios, policy_titles(study)
    if not is_ranked(study):
        yield "scenarios.nothing", "", {}
        return
    if found.total > 1:
        yield "scenarios.robust", "", {"policy": titles[found.leading], "choice": titles[found.choice]}
    named = {one.id: one.title.label() for one in study.params.scenarios}
    for scenario in found.unmoved:
        yield "scenarios.unmoved", "", {"scenario": named[scenario]}
    for scenario, reason in found.left_out.items():
        yield "scenarios.left_out", "", {"scenario": named[scenario], "reason": reason}


def _scenarios(study: Study) -> Iterator[Fact]:
    found = study.weighing.scenarios
    total = Label("情景数（含基准）", "scenarios, the base included")
    yield Fact("scenarios.total", found.total, "count", total)
    robust = Label("基准最优者仍为最好的情景数", "scenarios in which the winner of the base stays best")
    yield Fact("scenarios.robust", found.robust, "count", robust, better="higher")


def widest(study: Study) -> tuple[Label, float, float] | None:
    """The input on which the net value of the leading alternative hangs most, and both ends; None where unranked."""
    found = study.weighing.tornado.get(study.recommendation.leading().change.policy)
    if found is None:
        return None
    bar = found.bars.iloc[0]
    return label(f"input.{found.bars.index[0]}"), float(bar["low"]), float(bar["high"])


def _hangs(study: Study) -> Iterator[Fact]:
    found = widest(study)
    if found is None:
        return
    name, *ends = found
    for id, end in zip(("low", "high"), ends, strict=True):
        at = Label(
            f"{name.zh}取{'低' if id == 'low' else '高'}端时的净值",
            f"net value at the {id} end of the {name.en}",
        )
        yield Fact(f"hangs.{id}", end, "money", at, signed=True)


def _choice(study: Study) -> Iterator[Fact]:
    choice = study.choice
    if choice is None:
        return
    on_others = Label("另半样本估值（每年净值）", "value on customers who had no part in the choice")
    yield Fact.of("choice.held_out", choice.held_out, on_others, signed=True, better="higher")
    naive = Label("直接取最好者的净值", "value of the best on all customers")
    yield Fact.of("choice.naive", choice.naive, naive, signed=True)
    yield Fact("choice.luck", choice.luck, "money", Label("挑选带来的运气", "luck of choosing"), signed=True)
    surely = Label("另半样本估值为正的概率", "probability that the value on other customers is positive")
    yield Fact("choice.better", choice.better, "share", surely, better="higher")
