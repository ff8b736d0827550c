"""Tables of the hotline: seats and cost, service, and waiting where seats stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from toolkit.hotline.week import SERVED
from toolkit.policy import Policy
from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.study.hotline import StudyHotline
from toolkit.terms import Lang, figure, money, number

NOTHING = "—"


def hotline_seats(result: StudyHotline, policies: Sequence[Policy], *, lang: Lang, currency: str) -> Table:
    """Seats, hours and cost of every policy under each arrangement of the seats.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.hotline_seats(study.hotline, study.policies, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | seats | calls of VIP | peak seats | average seats | seat hours a week | paid hours a week |
    shifts per year
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | shared | 34.3% | 1 | 1.0 | 91 | 182 | ¥496,740
    """
    rows, numbers = [], []
    for policy in policies:
        share = float(result.shares(policy.id).iloc[0])
        for pools in result.params.arrangements:
            plan, cost = result.plans[policy.id, pools], result.cost_per_year(policy.id, pools)
            rows.append(
                (
                    policy.title.text(lang), word(f"hotline.pools.{pools}", lang), figure(share, "share", lang),
                    number(plan.peak), number(plan.average, 1), number(plan.seat_hours), number(plan.paid_hours),
                    NOTHING if pd.isna(cost) else money(cost, currency, lang),
                )
            )  # fmt: skip
            numbers.append(
                (
                    policy.id,
                    pools,
                    share,
                    plan.peak,
                    plan.average,
                    plan.seat_hours,
                    plan.paid_hours,
                    cost,
                    plan.gap,
                )
            )
    first = result.params.classes[0].title.text(lang)
    names = ("policy", "pools", "first", "peak", "average", "seat_hours", "paid_hours", "cost_head")
    heads = [word(f"hotline.{name}", lang).format(first=first) for name in names]
    columns = ["policy", "pools", "first_share", "peak", "average", "seat_hours", "paid_hours", "cost", "gap"]
    frame = pd.DataFrame(numbers, columns=columns)
    return Table(
        word("hotline.seats_table", lang),
        heads,
        rows,
        frame,
        word("hotline.seats_note", lang),
        frozenset({1}),
    )


def hotline_service(result: StudyHotline, policies: Sequence[Policy], *, lang: Lang, currency: str) -> Table:
    """Simulated service of every class under every policy and arrangement, at the seats planned for it.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.hotline_service(study.hotline, study.policies, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | seats | class | calls a week | target | answered in time | mean wait (s) | gave up | called
    back in time
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | shared | VIP | 10 | 90% | 95.2% ± 0.2 | 5.9 ± 0.3 | 3.4% ± 0.1 | —
    """
    cells = [
        (
            (policy, word(f"hotline.pools.{pools}", lang)),
            {"policy": policy.id, "pools": pools},
            result.served[policy.id, pools],
        )
        for policy in policies
        for pools in result.params.arrangements
    ]
    heads = [word(f"hotline.{name}", lang) for name in ("policy", "pools")]
    return _service(result, cells, heads, (word("hotline.service_table", lang), lang))


def hotline_same_seats(
    result: StudyHotline, policies: Sequence[Policy], *, lang: Lang, currency: str
) -> Table:
    """Simulated service of every class under every policy at the seats of the baseline.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> table = toolkit.tables.hotline_same_seats(study.hotline, study.policies, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    policy | class | calls a week | target | answered in time | mean wait (s) | gave up | called back in
    time
    >>> print(*table.rows[0], sep=" | ")
    VIP rules in force | VIP | 10 | 90% | 95.2% ± 0.2 | 5.9 ± 0.3 | 3.4% ± 0.1 | —
    """
    cells = [((policy,), {"policy": policy.id}, result.same_seats[policy.id]) for policy in policies]
    heads = [word("hotline.policy", lang)]
    return _service(result, cells, heads, (word("hotline.same_table", lang), lang))


def _service(
    result: StudyHotline, cells: Sequence[tuple], heads: Sequence[str], shown: tuple[str, Lang]
) -> Table:
    caption, lang = shown
    backs = any(one.callback_hours for one in result.params.classes)
    abandons = result.params.patience_seconds is not None
    rows, numbers = [], []
    for (policy, *more), known, frame in cells:
        for one, row in frame.iterrows():
            cell = [policy.title.text(lang), *more, result.titles[one].text(lang), number(row["offered"])]
            cell += [_share(row["target"], lang), _with_error(row, "service_level", lang), _wait(row)]
            cell += [_with_error(row, "abandoned", lang)] if abandons else []
            cell += [_share(row["callbacks_in_time"], lang)] if backs else []
            rows.append(tuple(cell))
            numbers.append(known | {"class": one, **row[list(SERVED)].to_dict()})
    names = ["class", "offered", "target", "level", "wait"]
    names += (["abandoned"] if abandons else []) + (["callbacks"] if backs else [])
    heads = [*heads, *(word(f"hotline.{name}", lang) for name in names)]
    words = frozenset(range(1, heads.index(word("hotline.class", lang)) + 1))
    return Table(caption, heads, rows, pd.DataFrame(numbers), word("hotline.service_note", lang), words)


def _share(value: float, lang: Lang) -> str:
    return NOTHING if pd.isna(value) else figure(float(value), "share", lang, digits=0)


def _with_error(row: pd.Series, name: str, lang: Lang) -> str:
    if pd.isna(row[name]):
        return NOTHING
    error = number(100 * row[f"{name}_error"], 1)
    return f"{figure(float(row[name]), 'share', lang)} ± {error}"


def _wait(row: pd.Series) -> str:
    if pd.isna(row["mean_wait"]):
        return NOTHING
    return f"{number(row['mean_wait'], 1)} ± {number(row['mean_wait_error'], 1)}"
