"""Facts of the comparison and of the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.comparison import Change
from toolkit.effects.power import of_pilot
from toolkit.recommendation import Verdict
from toolkit.reporting.facts import Fact
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.terms import Label


def decision(study: Study) -> Iterator[Fact]:
    """What each alternative would change, the verdicts, and the number of comparisons."""
    result = study.recommendation
    words = label(f"verdict.{result.verdict}")
    yield Fact("verdict", str(result.verdict), "text", Label("判定", "verdict"), words=words)
    chosen = result.policy or study.baseline.id
    yield Fact("verdict.policy", chosen, "text", Label("建议执行的方案", "policy to run"))
    comparisons = result.comparison.comparisons
    yield Fact("comparisons", comparisons, "count", Label("比较次数", "number of comparisons"))
    ledger = study.serving.reconciliation
    if ledger is not None and ledger.warned:
        apart = Label("服务计划与服务记录之差", "service plan against the service table")
        yield Fact("costs.apart", ledger.share, "share", apart, signed=True)
    for judgement in result.judgements:
        change = judgement.change
        yield from _change(change)
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
    yield from _pilot_of_switchers(study)


def _pilot_of_switchers(study: Study) -> Iterator[Fact]:
    """What a lottery among the switchers of the leading alternative could show."""
    result, lead = study.recommendation, study.recommendation.leading()
    if result.verdict is not Verdict.UNDECIDED or not lead.change.moved:
        return
    kept = study.retained_share
    smallest = of_pilot(kept * (1 - kept), lead.change.moved).detectable
    yield Fact(
        "pilot.switchers",
        lead.change.moved,
        "customers",
        Label("可抽签的变动客户", "switchers to draw lots among"),
    )
    yield Fact(
        "pilot.smallest",
        smallest,
        "points_share",
        Label("抽签可看出的差别", "difference a lottery would show"),
    )


def rule_words(study: Study) -> dict[str, object]:
    """What the sentence on the decision rule names."""
    rule = study.files.rule
    return {"decided": rule.decided.isoformat(), "quote": rule.quote}


def _change(change: Change) -> Iterator[Fact]:
    zh, en, name = f"《{change.title.zh}》", f"“{change.title.en}”, ", f"change.{change.policy}"
    yield Fact(
        f"{name}.raised", change.raised, "customers", Label(f"{zh}提升服务的客户", f"{en}customers raised")
    )
    yield Fact(
        f"{name}.lowered", change.lowered, "customers", Label(f"{zh}降低服务的客户", f"{en}customers lowered")
    )
    yield Fact.of(
        f"{name}.cost",
        change.cost,
        Label(f"{zh}服务成本变化", f"{en}change in cost"),
        signed=True,
        better="lower",
    )
    yield Fact(
        f"{name}.heads",
        change.heads,
        "count",
        Label(f"{zh}经理人数变化", f"{en}change in managers"),
        signed=True,
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
    if change.break_even is not None:
        needed = Label(f"{zh}盈亏平衡所需的留存变化", f"{en}change in retention to break even")
        yield Fact(f"{name}.break_even", change.break_even, "points_share", needed, better="lower")
    if change.values:
        value = change.values[0]
        yield Fact.of(
            f"{name}.net", value.net, Label(f"{zh}年净值", f"{en}net value"), signed=True, better="higher"
        )
        yield Fact.of(
            f"{name}.retained", value.retained, Label(f"{zh}多留住的客户", f"{en}retained"), signed=True
        )
        chance = Label(f"{zh}净值为正的概率", f"{en}probability of a positive value")
        yield Fact(f"{name}.surely", value.surely, "share", chance, better="higher")
