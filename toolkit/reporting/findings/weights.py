"""Facts of the weights of scored policies."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.outcomes.weight_versions import IN_FORCE, WeightVersions
from toolkit.policy import Policy
from toolkit.reporting.facts import Fact
from toolkit.reporting.words import label
from toolkit.schemes.scored_words import origin_words
from toolkit.study import Study
from toolkit.terms import Label

RANGES = ("near", "middle", "far")


def weights(study: Study) -> Iterator[Fact]:
    """Weights in force and where they come from, who moves, and what hangs on them.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.weights(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    weights.scored = 1
    weights.origin.points = the weights are given by experts
    weights.points.spend = 50.0%
    """
    found = study.weights
    yield Fact(
        "weights.scored", len(found.scored), "count", Label("加权评分方案", "policies with a weighted score")
    )
    for policy, versions in found:
        yield from _in_force(policy, versions, study.names)
        yield from _moves(versions)
        yield from _stress(versions)
        if versions.captured is not None:
            yield from _captured(versions, study.names)
    if found.acceptability is not None:
        middle = found.acceptability.iloc[len(found.acceptability) // 2]
        best = next(policy for policy in found.scored if policy.id == middle.idxmax())
        yield Fact(
            "weights.best", best.id, "text", Label("最常领先的方案", "most often best"), words=best.title
        )
        yield Fact(
            "weights.best_share",
            float(middle.max()),
            "share",
            Label("领先的抽样占比", "share of draws"),
            digits=0,
        )


def _in_force(policy: Policy, versions: WeightVersions, names: dict[str, Label]) -> Iterator[Fact]:
    name, params = policy.id, policy.params.scheme
    origin = origin_words(params, names)
    yield Fact(
        f"weights.origin.{name}",
        versions.method,
        "text",
        Label("权重的来历", "origin of the weights"),
        words=origin,
    )
    shares = versions.comparison.weights[IN_FORCE]
    for factor, share in shares.items():
        title = versions.labels[factor]
        yield Fact(
            f"weights.{name}.{factor}",
            float(share),
            "share",
            Label(f"{title.zh}的权重", f"weight of {title.en}"),
        )
    listed = Label(
        "、".join(f"{versions.labels[f].zh} {share:.1%}" for f, share in shares.items()),
        ", ".join(f"{versions.labels[f].en} {share:.1%}" for f, share in shares.items()),
    )
    yield Fact(
        f"weights.in_force.{name}", listed.en, "text", Label("现行权重", "weights in force"), words=listed
    )
    yield _quarter(f"weights.review.{name}", versions.review, Label("所比较的复评", "review compared"))
    if versions.fitted_on is not None:
        yield _quarter(
            f"weights.fitted_on.{name}", versions.fitted_on, Label("回归拟合于", "regression fitted on")
        )


def _moves(versions: WeightVersions) -> Iterator[Fact]:
    for version, row in versions.comparison.moves.iterrows():
        title = label(f"weights.version.{version}")
        for way, zh, en in (("up", "升级", "raised"), ("down", "降级", "lowered")):
            said = Label(f"{title.zh}：{zh}", f"{title.en}: {en}")
            yield Fact(f"weights.{way}.{version}.{versions.policy}", int(row[way]), "customers", said)


def _stress(versions: WeightVersions) -> Iterator[Fact]:
    drawn, name = versions.stress.drawn, versions.policy
    for place, row in _ends(drawn):
        yield Fact(
            f"weights.deviation.{place}.{name}",
            float(row["deviation"]),
            "points_share",
            Label("最大权重的标准差", "standard deviation of the largest weight"),
        )
        yield Fact(
            f"weights.flipped.{place}.{name}",
            float(row["flipped"]),
            "share",
            Label("换等级的客户", "customers who change grade"),
        )
        yield Fact(
            f"weights.lost.{place}.{name}",
            float(row["top_lost"]),
            "share",
            Label("离开最好等级的客户", "customers who leave the best grade"),
        )
    dropped = versions.stress.dropped["flipped"].dropna()
    if len(dropped):
        most = dropped.idxmax()
        yield Fact(
            f"weights.key_factor.{name}",
            most,
            "text",
            Label("最要紧的因子", "factor that matters most"),
            words=versions.labels[most],
        )
        yield Fact(
            f"weights.key_factor_share.{name}",
            float(dropped.max()),
            "share",
            Label("去掉它后换等级的客户", "customers who change grade without it"),
        )


def _captured(versions: WeightVersions, names: dict[str, Label]) -> Iterator[Fact]:
    name, plan, captured = versions.policy, versions.plan, versions.captured
    yield _quarter(
        f"weights.judged_on.{name}", versions.judged_on, Label("检验所用的季度", "quarter judged on")
    )
    yield Fact("weights.horizon", plan.quarters, "quarters", Label("其后多久", "how long after"), digits=0)
    yield Fact(
        "weights.value",
        plan.on,
        "text",
        Label("价值", "value"),
        words=names.get(plan.on, Label(plan.on, plan.on)),
    )
    said = Label("最好等级客户的价值占比", "share of value held by the best grade")
    yield Fact(f"weights.captured.{name}", captured.in_force, "share", said)
    for place, row in _ends(captured.drawn):
        for end in ("low", "high"):
            yield Fact(f"weights.captured.{end}.{place}.{name}", float(row[end]), "share", said)


def _ends(frame: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Rows of the first, a middle and the last concentration, called near, middle and far."""
    places = (0, len(frame) // 2, len(frame) - 1)
    return ((name, frame.iloc[place]) for name, place in zip(RANGES, places, strict=True))


def _quarter(id: str, quarter: object, label: Label) -> Fact:
    return Fact(id, str(quarter), "text", label)
