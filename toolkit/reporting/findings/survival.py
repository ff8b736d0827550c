"""Facts of how long customers stay: horizon, survival, hazard, immortal time, forecast."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.forecasts.forecast import Forecast
from toolkit.outcomes.horizon import Horizon
from toolkit.outcomes.survival import Survival
from toolkit.reporting.facts import Fact
from toolkit.study import Study
from toolkit.study.staying import APART, Staying
from toolkit.terms import Label

LEAST_P = 0.001


def staying(study: Study) -> Iterator[Fact]:
    """Every figure that the sentences of this section may name; what could not be computed is left out.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.staying(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    horizon.quarters = 1 quarter
    horizon.inside = 100.0%
    horizon.gaps = 9,086
    """
    found = study.staying
    if found.horizon is not None:
        yield from _horizon(study, found.horizon)
    if found.survival is not None:
        yield from _survival(found.survival)
    if found.hazard is not None:
        yield Fact("hazard.reference", found.hazard.reference, "text", Label("基准等级", "reference grade"))
    if found.immortal is not None:
        raised = Label("后来才升到最好等级的客户", "raised to the best grade later")
        yield Fact("immortal.raised", found.immortal.raised, "customers", raised)
        for name, ratio, label in (
            (
                "ever",
                found.immortal.ever,
                Label("按曾经最好等级计的比值（假象）", "ratio by ever best (an artefact)"),
            ),
            (
                "dated",
                found.immortal.dated,
                Label("从到达起计的比值（描述）", "ratio from arrival on (description)"),
            ),
        ):
            yield Fact(f"immortal.{name}", ratio[0], "index", label, ratio[1], ratio[2])
    if found.forecast is not None:
        yield from _forecast(found.forecast)
    if found.rival is not None:
        yield from _models(found)


def _horizon(study: Study, horizon: Horizon) -> Iterator[Fact]:
    yield _quarters("horizon.quarters", horizon.quarters, Label("购买间隔的期限", "horizon of purchase gaps"))
    label = Label("期限之内的购买间隔", "gaps inside the horizon")
    yield Fact("horizon.inside", horizon.inside(horizon.quarters), "share", label)
    yield Fact("horizon.gaps", horizon.gaps, "count", Label("购买间隔数", "gaps between purchases"))
    if horizon.quarters == horizon.longest:
        label = Label("数据能显示的最长间隔", "longest gap that the history can show")
        yield _quarters("horizon.longest", horizon.longest, label)
    against = study.staying.definitions
    for row in against[against["short"]].itertuples():
        title = study.definition_titles[row.definition]
        label = Label(f"“{title.zh}”的窗口容纳的间隔", f"gaps inside the window of “{title.en}”")
        yield Fact(f"horizon.short.{row.definition}", row.inside, "share", label)
    if not against["short"].any():
        yield Fact(
            "horizon.none_short", 0, "count", Label("短于期限的定义", "definitions shorter than the horizon")
        )


def _survival(found: Survival) -> Iterator[Fact]:
    yield Fact("survival.review", str(found.landmark), "text", Label("跟踪起点", "followed from"))
    yield _quarters("survival.follow", found.follow_quarters, Label("跟踪时长", "followed for"))
    yield _quarters(
        "survival.silent", found.rule.silent_quarters, Label("流失所需的沉默", "silence of a lapse")
    )
    customers = int(found.groups["customers"].sum())
    yield Fact("survival.customers", customers, "customers", Label("跟踪的客户", "customers followed"))
    end = found.at(found.follow_quarters)
    for name, place in (("best", 0), ("last", -1)) if len(end) > 1 else ():
        grade, row = str(end.index[place]), end.iloc[place]
        yield Fact(f"survival.{name}_grade", grade, "text", Label("等级", "grade"))
        label = Label(f"跟踪期末仍在：{grade}", f"still there at the end: {grade}")
        yield Fact(
            f"survival.{name}", row["staying"], "share", label, row["low"], row["high"], better="higher"
        )
    for name, test in (("p", found.between), ("p_trend", found.trend)):
        if test is not None and (name == "p" or len(end) > 2):
            said = f"p < {LEAST_P}" if test.p_value < LEAST_P else f"p = {test.p_value:.3f}"
            yield Fact(f"survival.{name}", said, "text", Label("对数秩检验", "log-rank test"))


def _forecast(found: Forecast) -> Iterator[Fact]:
    yield Fact(
        "forecast.asof", str(found.asof), "text", Label("预测所用数据的末季", "last quarter the model saw")
    )
    quarters = int(found.ahead.index[-1])
    yield _quarters("forecast.quarters", quarters, Label("预测时长", "quarters forecast"))
    expected = float(found.ahead["expected"].iloc[-1])
    if found.customers is None:
        yield Fact(
            "forecast.staying",
            expected,
            "share",
            Label("新客户预计仍在（预测）", "new customers still there (forecast)"),
        )
        label = Label("新客户折现后的预计剩余季度（预测）", "discounted quarters still to come (forecast)")
        yield Fact("forecast.lifetime", found.lifetime, "quarters", label)
    else:
        yield from _purchases(found, expected)
    if not found.settled:
        yield Fact("forecast.unsettled", 1, "count", Label("模型参数未能确定", "parameters not settled"))
    held = found.holdout
    if held is None:
        return
    yield Fact(
        "forecast.held.asof",
        str(held.asof),
        "text",
        Label("检验所用数据的末季", "last quarter the check saw"),
    )
    yield _quarters("forecast.held.quarters", held.quarters, Label("检验时长", "quarters of the check"))
    yield Fact(
        "forecast.held.predicted", round(held.predicted), "count", Label("检验：预测", "check: predicted")
    )
    yield Fact("forecast.held.actual", round(held.actual), "count", Label("检验：实际", "check: actual"))
    yield Fact("forecast.held.error", held.error, "share", Label("检验：偏差", "check: error"), signed=True)


def _purchases(found: Forecast, expected: float) -> Iterator[Fact]:
    customers = found.customers
    yield Fact("forecast.customers", len(customers), "customers", Label("预测的客户", "customers forecast"))
    yield Fact(
        "forecast.purchases",
        round(expected),
        "count",
        Label("预计购买日数（预测）", "purchase days expected (forecast)"),
    )
    if customers["spend"].notna().all():
        yield Fact(
            "forecast.spend",
            float(customers["spend"].sum()),
            "money",
            Label("预计消费（预测）", "spend expected (forecast)"),
        )
        label = Label("购买次数与单次金额的相关", "correlation of how often with how much")
        yield Fact("forecast.correlation", found.correlation, "index", label)
    if found.settled:
        yield Fact("forecast.alive", round(float(customers["alive"].sum())), "customers",
                   Label("估计尚未离开的客户（预测）", "customers thought not to have left (forecast)"))  # fmt: skip


def _models(found: Staying) -> Iterator[Fact]:
    allowed = Label("两个模型相差的上限", "limit of the gap between the models")
    yield Fact("forecast.allowed", APART, "share", allowed, digits=0)
    label = Label("两个模型相差（预测）", "gap between the models (forecast)")
    if found.apart <= APART:
        settled = found.forecast.settled and found.rival.settled
        yield Fact(f"forecast.{'agrees' if settled else 'open'}.apart", found.apart, "share", label)
        return
    yield Fact("forecast.depends.apart", found.apart, "share", label)
    totals = sorted(float(each.ahead["expected"].iloc[-1]) for each in (found.forecast, found.rival))
    for name, total, label in zip(
        ("lowest", "highest"),
        totals,
        (
            Label("较低的预计（预测）", "lower total (forecast)"),
            Label("较高的预计（预测）", "higher total (forecast)"),
        ),
        strict=True,
    ):
        yield Fact(f"forecast.depends.{name}", round(total), "count", label)


def _quarters(id: str, quarters: int, label: Label) -> Fact:
    words = Label(f"{quarters} 个季度", "1 quarter" if quarters == 1 else f"{quarters} quarters")
    return Fact(id, quarters, "quarters", label, words=words)
