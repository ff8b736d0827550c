"""Facts of the describing chapters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from toolkit.reporting.facts import Fact
from toolkit.study import Study
from toolkit.terms import Label


def history(study: Study) -> Iterator[Fact]:
    """Rows in and out, span, totals, and the quarters.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.history(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    history.rows_in = 32,547 rows
    history.rows_accepted = 32,547 rows
    history.rows_quarantined = 0 rows
    """
    opened, intake = study.history, study.history.intakes[0]
    yield Fact("history.rows_in", intake.rows_in, "rows", Label("来数行数", "rows in"))
    yield Fact(
        "history.rows_accepted", intake.rows_accepted, "rows", Label("通过检查的行数", "rows accepted")
    )
    yield Fact(
        "history.rows_quarantined", intake.rows_quarantined, "rows", Label("隔离的行数", "rows quarantined")
    )
    for reason in intake.reasons:
        yield Fact(f"quarantine.{reason.code}", reason.rows, "rows", reason.label)
    for name, day, label in (
        ("first_day", opened.first_day, Label("首日", "first day")),
        ("last_day", opened.last_day, Label("末日", "last day")),
    ):
        yield Fact(f"history.{name}", day.isoformat(), "text", label)
    cells = study.panel.cube.cells
    yield Fact("history.customers", len(study.panel.customers), "customers", Label("客户数", "customers"))
    yield Fact("history.orders", int(cells["orders"].sum()), "count", Label("订单数", "orders"))
    yield Fact(
        "history.spend", float(cells["gross"].sum()), "money", Label("购买金额合计", "purchases in all")
    )
    yield Fact(
        "history.returned", float(cells["returned"].sum()), "money", Label("退货金额合计", "returns in all")
    )
    unfinished = "、".join(map(str, opened.unfinished)), ", ".join(map(str, opened.unfinished))
    yield Fact(
        "history.unfinished",
        unfinished[1],
        "text",
        Label("未结束的季度", "unfinished quarters"),
        words=Label(*unfinished),
    )
    margin = getattr(study.params.history, "margin", None)
    if margin is not None:
        yield Fact(
            "history.margin_rate",
            margin.rate,
            "share",
            Label("假设的毛利率", "assumed margin rate"),
            digits=0,
        )
    yield from _quarters(study)


def _quarters(study: Study) -> Iterator[Fact]:
    table = study.quarters
    for row in table.itertuples():
        name = row.Index
        yield Fact(
            f"active.{name}",
            row.active,
            "customers",
            Label(f"{name} 购买客户数", f"customers who bought in {name}"),
        )
        if not np.isnan(row.again):
            label = Label(f"{name} 购买客户下一季度再次购买", f"bought again in the quarter after {name}")
            yield Fact(f"bought_again.{name}", row.again, "share", label, digits=2, better="higher")
    followed = table[table["complete"] & table["next_complete"] & table["again"].notna()]
    if len(followed):
        latest = followed.index[-1]
        yield Fact(
            "history.latest_followed",
            latest,
            "text",
            Label("最近可见下一季度的季度", "latest quarter followed"),
        )
        yield Fact(
            "history.bought_again",
            followed["again"].iloc[-1],
            "share",
            Label("再次购买率", "bought again"),
            better="higher",
        )


def margin_source(study: Study) -> str:
    """Where an assumed margin comes from; empty where the history records margins.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.findings.margin_source(study) or "margins are recorded, none is assumed"
    'margins are recorded, none is assumed'
    """
    margin = getattr(study.params.history, "margin", None)
    return margin.source if margin is not None else ""


def grades(study: Study) -> Iterator[Fact]:
    """Sizes of grades, agreement, concentration and moves.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.grades(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    report.quarter = 2026Q3
    report.customers = 503 customers
    report.active_quarters = 1 quarters
    """
    yield Fact("report.quarter", str(study.quarter), "text", Label("报告季度", "quarter of the report"))
    yield Fact("report.customers", len(study.customers), "customers", Label("在册客户", "graded customers"))
    yield Fact(
        "report.active_quarters",
        study.params.active_quarters,
        "quarters",
        Label("在册口径", "look-back"),
        digits=0,
    )
    for policy in study.policies:
        counts = study.registers[policy.id].counts(study.quarter)
        for grade, customers in counts.items():
            label = Label(f"《{policy.title.zh}》{grade}", f"“{policy.title.en}”, {grade}")
            yield Fact(f"grade.{policy.id}.{grade}", int(customers), "customers", label)
    titles = {policy.id: policy.title for policy in study.policies}
    for name, found in study.agreements.items():
        moved, of = len(found.switchers), titles[name]
        kappa = _of(of, "加权 κ", "weighted kappa")
        yield Fact(f"kappa.{name}", found.kappa_quadratic, "index", kappa)
        yield Fact(f"switchers.{name}", moved, "customers", _of(of, "服务包不同的客户", "switchers"))
        share = moved / max(found.customers, 1)
        yield Fact(
            f"switchers.share.{name}", share, "share", _of(of, "服务包不同的占比", "share of switchers")
        )
    yield from _concentration(study)
    yield from _moves(study)


def _concentration(study: Study) -> Iterator[Fact]:
    whole = study.whole_history
    for grade, row in whole.abc.iterrows():
        label = Label(f"全部历史 ABC 的 {grade} 类", f"ABC over the whole history, {grade}")
        yield Fact(f"abc.{grade}", int(row["customers"]), "customers", label)
    yield Fact("gini", whole.gini, "index", Label("消费的基尼系数", "Gini coefficient of spend"), digits=3)
    yield Fact(
        "top_tenth", whole.top_10, "share", Label("最大一成客户的消费占比", "share of the largest tenth")
    )


def _of(title: Label, zh: str, en: str) -> Label:
    """A quantity of the policy ``title``."""
    return Label(f"《{title.zh}》{zh}", f"“{title.en}”, {en}")


def _moves(study: Study) -> Iterator[Fact]:
    titles = {policy.id: policy.title for policy in study.policies}
    for name, found in study.migrations.items():
        if not len(found.summary):
            continue
        latest, of = found.summary.iloc[-1], titles[name]
        up, down = (
            _of(of, "每千客户升级", "raised per thousand"),
            _of(of, "每千客户降级", "lowered per thousand"),
        )
        yield Fact(f"moves.up.{name}", latest["up_per_1000"], "count", up)
        yield Fact(f"moves.down.{name}", latest["down_per_1000"], "count", down)
        yield Fact(
            f"moves.kept.{name}", latest["stability"], "share", _of(of, "等级不变", "kept their grade")
        )


def retention(study: Study) -> Iterator[Fact]:
    """Retention by grade of every policy, the raw gaps, and what is censored.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.retention(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    retention.vip.still_buying.VIP = 90.4%
    retention.vip.still_buying.basic = 75.6%
    retention.vip.next_quarter.VIP = 97.0%
    """
    for policy in study.policies:
        found = study.retentions[policy.id]
        for row in found.pooled[found.pooled["observations"] > 0].itertuples():
            title = study.definition_titles[row.definition]
            label = Label(
                f"《{policy.title.zh}》{row.grade}：{title.zh}",
                f"“{policy.title.en}”, {row.grade}: {title.en}",
            )
            yield Fact(
                f"retention.{policy.id}.{row.definition}.{row.grade}", row.retained, "share", label, row.low, row.high,
                better="higher",
            )  # fmt: skip
    base = study.retentions[study.baseline.id]
    for definition in study.definitions:
        title, name = definition.title.label(), definition.id
        share = retained_now(study, name)
        if share is not None:
            yield Fact(f"retention.all.{name}", share, "share", title, better="higher")
        if name in study.gaps:
            label = Label(f"最好等级与其余的原始差距：{title.zh}", f"raw gap of the best grade: {title.en}")
            yield Fact.of(f"gap.{name}", study.gaps[name], label, signed=True)
        missing = int((base.censored["definition"] == name).sum())
        left_out = Label(f"未计入的复评：{title.zh}", f"reviews left out: {title.en}")
        yield Fact(f"retention.censored.{name}", missing, "count", left_out)


def retained_now(study: Study, definition: str) -> float | None:
    """Share retained under the policy in force, all grades together; None where nobody was observed."""
    pooled = study.retentions[study.baseline.id].pooled
    mine = pooled[(pooled["definition"] == definition) & (pooled["observations"] > 0)]
    if not len(mine):
        return None
    return float((mine["retained"] * mine["observations"]).sum() / mine["observations"].sum())


def cost(study: Study) -> Iterator[Fact]:
    """Cost to serve of every policy whose services have a price.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.cost(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    cost.year.vip = ¥1.02 million
    cost.per_customer.vip = ¥2,026
    cost.heads.vip = 3 managers
    """
    for policy in study.priced:
        year, title = study.costs[policy.id].per_year, policy.title
        zh, en = f"《{title.zh}》", f"“{title.en}”, "
        yield Fact(
            f"cost.year.{policy.id}",
            year["total_cost"],
            "money",
            Label(f"{zh}年服务成本", f"{en}cost per year"),
        )
        yield Fact(
            f"cost.per_customer.{policy.id}",
            year["per_customer"],
            "money",
            Label(f"{zh}每客户年成本", f"{en}per customer"),
        )
        heads = int(year["managers"])
        words = Label(f"{heads} 人", "1 manager" if heads == 1 else f"{heads} managers")
        yield Fact(
            f"cost.heads.{policy.id}", heads, "count", Label(f"{zh}客户经理", f"{en}managers"), words=words
        )


def track(study: Study) -> Iterator[Fact]:
    """How past forecasts fared.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.track(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    hindsight.forecasts = 6
    hindsight.inside = 6
    hindsight.error = −0.3 pp
    """
    checked = study.track.checked
    if not len(checked):
        return
    error = float((checked["observed"] - checked["forecast"]).mean())
    yield Fact("hindsight.forecasts", len(checked), "count", Label("预测数", "forecasts checked"))
    yield Fact(
        "hindsight.inside", int(checked["inside"].sum()), "count", Label("落在区间内", "inside the interval")
    )
    yield Fact("hindsight.error", error, "points_share", Label("平均偏差", "mean error"), signed=True)
