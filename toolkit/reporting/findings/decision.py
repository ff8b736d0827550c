"""Facts of the comparison and of the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.comparison.change import Change
from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import EVIDENCE
from toolkit.reporting.facts import Fact
from toolkit.reporting.findings.description import retained_now
from toolkit.reporting.findings.standing import policy_titles
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.terms import Label


def decision(study: Study) -> Iterator[Fact]:
    """What each alternative would change, the verdicts, and the number of comparisons.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.decision(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    verdict = Adopt
    verdict.policy = ABC grading
    comparisons = 2
    """
    result = study.recommendation
    words = label(f"verdict.{result.verdict}")
    yield Fact("verdict", str(result.verdict), "text", Label("判定", "verdict"), words=words)
    chosen = result.policy or study.baseline.id
    title = policy_titles(study)[chosen]
    yield Fact("verdict.policy", chosen, "text", Label("建议执行的方案", "policy to run"), words=title)
    comparisons = result.comparison.comparisons
    yield Fact("comparisons", comparisons, "count", Label("比较次数", "number of comparisons"))
    ledger = study.serving.reconciliation
    if ledger is not None and ledger.warned:
        apart = Label("服务计划与服务记录之差", "service plan against the service table")
        yield Fact("costs.apart", ledger.share, "share", apart, signed=True)
    priced = {change.policy for change in costed(study).changes}
    for judgement in result.judgements:
        change = judgement.change
        yield from _change(change)
        if change.policy in priced:
            yield from _cost(change)
        yield from _proposed(study, change)
        title = change.title
        verdict = Label(f"《{title.zh}》的判定", f"verdict on “{title.en}”")
        yield Fact(
            f"change.{change.policy}.verdict", str(judgement.verdict), "text", verdict,
            words=label(f"verdict.{judgement.verdict}"),
        )  # fmt: skip
        yield Fact(f"change.{change.policy}.because", str(judgement.because), "text", Label("理由", "reason"))
        short = result.comparison.excluded.get(change.policy)
        if short is not None:
            said = Label(f"《{title.zh}》不参与排序的原因", f"why “{title.en}” is not ranked")
            yield Fact(f"change.{change.policy}.excluded", short.en, "text", said, words=short)
    searched = sum(one.comparisons for one in study.searched)
    tried = Label("检索中另外比较的次数", "further comparisons in the searches")
    yield Fact("comparisons.searched", searched, "count", tried)


def _proposed(study: Study, change: Change) -> Iterator[Fact]:
    """Retention now plus what the change adds to it; only where the effect on the switchers is identified.

    The interval is that of what is added.
    """
    headline, now = study.headline, retained_now(study, study.headline.id)
    known = change.values and change.values[0].definition == headline.id
    if now is None or not known or not change.rankable(study.files.rule.adopt_identified_share):
        return
    more = change.values[0].retained.scaled(1 / change.customers)
    title, of = change.title, headline.title
    yield Fact(
        f"change.{change.policy}.retention",
        now + more.value,
        "share",
        Label(f"按《{title.zh}》的留存：{of.zh}", f"retention under “{title.en}”: {of.en}"),
        now + more.low,
        now + more.high,
        better="higher",
    )


def costed(study: Study) -> Comparison:
    """The comparison without alternatives whose change of cost is not known: that of a policy without prices.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [change.policy for change in toolkit.findings.costed(study).changes]
    ['lower_bar', 'abc', 'points']
    """
    known = {policy.id for policy in study.priced}
    return study.comparison.only(known if study.baseline.id in known else ())


def rule_told(study: Study) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The decision rule as it was agreed, or that it is only an example.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [(key, list(names)) for key, _, names in toolkit.findings.rule_told(study)]
    [('decision.rule', ['decided', 'quote'])]
    """
    rule = study.files.rule
    if rule.starter:
        yield "decision.example_rule", "", {"rule": rule.title}
    else:
        yield "decision.rule", "", {"decided": rule.decided.isoformat(), "quote": rule.quote}


def _cost(change: Change) -> Iterator[Fact]:
    zh, en, name = f"《{change.title.zh}》", f"“{change.title.en}”, ", f"change.{change.policy}"
    cost, heads = (
        Label(f"{zh}服务成本变化", f"{en}change in cost"),
        Label(f"{zh}经理人数变化", f"{en}change in managers"),
    )
    yield Fact.of(f"{name}.cost", change.cost, cost, signed=True, better="lower")
    yield Fact(f"{name}.heads", change.heads, "count", heads, signed=True)
    if change.break_even is not None:
        needed = Label(f"{zh}盈亏平衡所需的留存变化", f"{en}change in retention to break even")
        yield Fact(f"{name}.break_even", change.break_even, "points_share", needed, better="lower")


def _change(change: Change) -> Iterator[Fact]:
    zh, en, name = f"《{change.title.zh}》", f"“{change.title.en}”, ", f"change.{change.policy}"
    yield Fact(
        f"{name}.raised", change.raised, "customers", Label(f"{zh}提升服务的客户", f"{en}customers raised")
    )
    yield Fact(
        f"{name}.lowered", change.lowered, "customers", Label(f"{zh}降低服务的客户", f"{en}customers lowered")
    )
    share = change.share("identified")
    yield Fact(
        f"{name}.identified",
        share,
        "share",
        Label(f"{zh}有识别证据的毛利", f"{en}margin on evidence"),
        digits=0,
    )
    yield Fact(
        f"{name}.unknown", 1 - share, "share", Label(f"{zh}无识别证据的毛利", f"{en}margin without"), digits=0
    )
    for kind, title in ((kind, label(f"evidence.{kind}")) for kind in EVIDENCE if change.share(kind) > 0):
        part = Label(f"{zh}变动客户毛利的依据：{title.zh}", f"{en}switchers' margin by evidence: {title.en}")
        yield Fact(f"{name}.evidence.{kind}", change.share(kind), "share", part, digits=0)
    if change.values:
        value = change.values[0]
        yield Fact.of(
            f"{name}.net", value.net, Label(f"{zh}年净值", f"{en}net value"), signed=True, better="higher"
        )
        yield Fact.of(
            f"{name}.retained", value.retained, Label(f"{zh}多留住的客户", f"{en}retained"), signed=True
        )
        yield Fact.of(
            f"{name}.net_per_thousand",
            value.net.scaled(change.per_thousand(1.0)),
            Label(f"{zh}每千位客户的年净值", f"{en}net value per 1,000 customers"),
            signed=True,
            better="higher",
        )
