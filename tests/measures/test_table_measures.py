"""Every measure of another table against a slow second definition, and against what was known at the time.

The twins see one customer's rows of a table and the days of the window, and loop; what lies after the end
of the quarter is taken away before they look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import HistoryError
from toolkit.measures import MEASURES, Cube, names
from toolkit.measures.aggregation import build_cube
from toolkit.measures.dated import known_by
from toolkit.measures.needs import Need
from toolkit.measures.profile import RECORDED
from toolkit.window import Quarter

NAN = float("nan")
COMPLAINTS = ("Complaint", "投诉")
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Sight:
    """One customer at the end of one quarter; every table cut to the customer."""

    tables: dict[str, pd.DataFrame]
    everybody: pd.DataFrame  # the customers table
    customer: str
    start: pd.Timestamp  # first day of the window
    end: pd.Timestamp  # day after the quarter
    orders: int
    margin: float
    spend: float

    def rows(self, table: str, day: str) -> pd.DataFrame:
        frame = self.tables[table]
        return frame[(frame[day] >= self.start) & (frame[day] < self.end)]

    def contacts(self, *kinds: str) -> pd.DataFrame:
        found = self.rows("contacts", "at")
        return found[found.kind.isin(kinds)] if kinds else found

    def due(self) -> pd.DataFrame:
        found = self.rows("payments", "due_on")
        return found[found.amount > 0]

    def unpaid(self) -> pd.DataFrame:
        frame = self.tables["payments"]
        frame = frame[(frame.amount > 0) & (frame.due_on < self.end)]
        return frame[~(frame.paid_on < self.end)]

    def on_list(self, *words: str) -> int:
        frame = self.tables["lists"]
        frame = frame[frame.list.isin(words)]
        now = [(r.from_on < self.end) and not (r.to_on < self.end) for r in frame.itertuples()]
        return int(any(now))


def divided(over: float, under: float) -> float:
    return over / under if under > 0 else NAN


def mean_late(sight: Sight) -> float:
    last = sight.end - DAY
    late = [
        max(((last if pd.isna(r.paid_on) or r.paid_on > last else r.paid_on) - r.due_on).days, 0)
        for r in sight.due().itertuples()
    ]
    return sum(late) / len(late) if late else NAN


def mean_score(rows: pd.DataFrame, least: int) -> float:
    scores = rows.score.dropna()
    return float(scores.mean()) if len(scores) >= least else NAN


def on_time(sight: Sight) -> float:
    return divided(float((sight.due().paid_on <= sight.due().due_on).sum()), len(sight.due()))


def settled(sight: Sight) -> float:
    due = sight.due()
    return divided(due.loc[due.paid_on < sight.end, "amount"].sum(), due.amount.sum())


def months(sight: Sight) -> float:
    since = sight.tables["customers"].since
    known = len(since) and since.iloc[0] < sight.end
    return ((sight.end - DAY) - since.iloc[0]).days / (365.25 / 12) if known else NAN


def referred(sight: Sight) -> int:
    frame = sight.everybody
    return int(((frame.referred_by == sight.customer) & (frame.since < sight.end)).sum())


def recorded(column: str) -> Callable[[Sight], float]:
    return lambda s: float(s.tables["customers"][column].iloc[0])


def cost(sight: Sight) -> float:
    return sight.rows("service", "delivered_on").cost.sum()


TWINS: dict[str, Callable[[Sight], float]] = {
    "on_time_share": on_time,
    "days_late": mean_late,
    "arrears": lambda s: s.unpaid().amount.sum(),
    "days_overdue": lambda s: max(((s.end - DAY - due).days for due in s.unpaid().due_on), default=0),
    "payment_record": settled,
    "complaints": lambda s: len(s.contacts(*COMPLAINTS)),
    "justified_complaints": lambda s: sum(found is True for found in s.contacts(*COMPLAINTS).justified),
    "complaint_rate": lambda s: divided(100 * len(s.contacts(*COMPLAINTS)), s.orders),
    "repairs": lambda s: len(s.contacts("repair")),
    "visits": lambda s: len(s.contacts("visit")),
    "calls": lambda s: len(s.contacts("call")),
    "events_joined": lambda s: len(s.contacts("event")),
    "survey_answers": lambda s: len(s.contacts("survey")),
    "satisfaction": lambda s: mean_score(s.contacts("survey"), 1),
    "service_rating": lambda s: mean_score(s.contacts(), 3),
    "contact_count": lambda s: len(s.contacts()),
    "contact_minutes": lambda s: s.contacts().minutes.sum(),
    "in_person_share": lambda s: divided(int((s.contacts().channel == "in_person").sum()), len(s.contacts())),
    "service_cost": cost,
    "service_hours": lambda s: s.rows("service", "delivered_on").hours.sum(),
    "net_contribution": lambda s: s.margin - cost(s),
    "net_margin_rate": lambda s: divided(s.margin - cost(s), s.spend),
    "on_black_list": lambda s: s.on_list("black", "黑名单"),
    "on_red_list": lambda s: s.on_list("Red"),
    "months_on_file": months,
    "referrals": referred,
    "fields_filled": lambda s: float(s.tables["customers"].iloc[0].notna().mean()),
    **{entry[0]: recorded(entry[0]) for entry in RECORDED},
}
DATED = [name for name in TWINS if MEASURES[name].dated]


def with_numbers(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The customers with every column that measures read as a number."""
    rng = np.random.default_rng(5)
    file = tables["customers"]
    lacking = [entry[0] for entry in RECORDED if entry[0] not in file.columns]
    return tables | {"customers": file.assign(**{name: rng.random(len(file)) for name in lacking})}


def slow_values(cube: Cube, tables: dict[str, pd.DataFrame], window: int) -> dict[str, np.ndarray]:
    fiscal = cube.fiscal_start_month
    helpers = [MEASURES[name].values(cube, window, {}) for name in ("orders", "margin", "spend")]
    out = {name: np.full(cube.shape, NAN) for name in TWINS}
    for i, customer in enumerate(cube.customers):
        own = {name: frame[frame.customer_id == customer] for name, frame in tables.items()}
        for k, quarter in enumerate(cube.quarters):
            start = max(quarter - (window - 1), cube.quarters[0]).start(fiscal)
            days = pd.Timestamp(start), pd.Timestamp(quarter.end(fiscal))
            figures = [float(values[i, k]) for values in helpers]
            sight = Sight(own, tables["customers"], customer, *days, *figures)
            for name, twin in TWINS.items():
                out[name][i, k] = twin(sight)
    return out


@pytest.fixture(scope="module")
def build(history_of, table_of, eight_quarters) -> Callable[..., Cube]:
    return lambda seed, fiscal=1: build_cube(
        table_of(history_of(seed)), quarters=eight_quarters, fiscal_start_month=fiscal
    )


def test_every_measure_of_another_table_has_a_twin() -> None:
    """A measure without a second definition cannot be trusted."""
    others = {
        name for name in names() if any(not n.startswith("transactions.") for n in MEASURES[name].needs)
    }
    assert set(TWINS) == others


@pytest.mark.parametrize(("seed", "window", "fiscal"), [(31, 4, 1), (32, 2, 4), (33, 1, 1), (34, 6, 2)])
def test_measures_equal_their_slow_twins(build, tables_of, seed, window, fiscal) -> None:
    """Expected values: the twins above, row by row."""
    cube, tables = build(seed, fiscal), with_numbers(tables_of(seed))
    slow = slow_values(cube, tables, window)
    for name in TWINS:
        found = MEASURES[name].values(cube, window, tables)
        np.testing.assert_allclose(found, slow[name], rtol=1e-9, atol=1e-6, err_msg=name)


@pytest.mark.parametrize(("seed", "length", "window"), [(41, 1, 1), (42, 3, 2), (43, 5, 4), (44, 7, 8)])
def test_later_rows_change_nothing_earlier(build, tables_of, seed, length, window) -> None:
    """The tables as they stood at the end of a quarter, and the whole ones, agree on every quarter up to it."""
    whole, tables = build(seed), with_numbers(tables_of(seed))
    quarter = whole.quarters[length - 1]
    then, known = whole.upto(quarter), known_by(tables, quarter.last_day())
    rows = whole.customers.isin(then.customers)
    for name in DATED:
        late = MEASURES[name].values(whole, window, tables)[rows, :length]
        np.testing.assert_array_equal(MEASURES[name].computed(then, window, known), late, err_msg=name)


def test_what_was_known_by_a_day() -> None:
    """By hand: a row dated on the day stays, a later one goes, and a payment after the day is not yet made."""
    tables = {
        "payments": pd.DataFrame(
            {
                "customer_id": ["a", "b", "c"],
                "due_on": pd.to_datetime(["2024-03-31", "2024-04-01", "2024-01-01"]),
                "paid_on": pd.to_datetime(["2024-04-01", "2024-03-01", "2024-03-31"]),
            }
        ),
        "contacts": pd.DataFrame(
            {"customer_id": ["a", "b"], "at": pd.to_datetime(["2024-03-31 23:59", "2024-04-01 00:00"])}
        ),
        "notes": pd.DataFrame({"customer_id": ["a"]}),
    }
    known = known_by(tables, Quarter.parse("2024Q1").last_day())
    assert known["payments"].customer_id.tolist() == ["a", "c"]
    assert known["payments"].paid_on.isna().tolist() == [True, False]
    assert known["contacts"].customer_id.tolist() == ["a"] and len(known["notes"]) == 1
    assert tables["payments"].paid_on.notna().all()


def test_refusals_name_table_and_column(build, tables_of) -> None:
    """Without any table every measure of another table is refused, table and column named in both languages."""
    cube = build(31)
    for name in TWINS:
        with pytest.raises(HistoryError, match="which this history does not have") as refused:
            MEASURES[name].values(cube, 4, {})
        for need in map(Need.parse, MEASURES[name].needs):
            if need.table != "transactions":
                assert f"column {need.column} of table {need.table}" in refused.value.en
                assert f"表 {need.table} 的" in refused.value.zh and f"列 {need.column}" in refused.value.zh


def test_a_word_that_no_row_says_and_a_column_of_words_are_refused(build, tables_of) -> None:
    """Counts of a kind that is not on record would be zeros that mean nothing; a class is not a number."""
    cube, tables = build(31), tables_of(31)
    contacts = tables["contacts"]
    quiet = tables | {"contacts": contacts[~contacts.kind.isin(COMPLAINTS)]}
    with pytest.raises(
        HistoryError, match="rows that say 'complaint' in column kind of table contacts"
    ) as refused:
        MEASURES["complaints"].values(cube, 4, quiet)
    assert "表 contacts 的列 kind 中的“complaint”（或“投诉”）" in refused.value.zh
    named = tables | {"customers": tables["customers"].assign(firm_size="large")}
    with pytest.raises(HistoryError, match="numeric column firm_size of table customers"):
        MEASURES["firm_size"].values(cube, 4, named)
    assert MEASURES["visits"].values(cube, 4, quiet).sum() > 0


def test_needs_are_read_strictly() -> None:
    """A slip in a declaration is a mistake of the author."""
    for text in ("contacts", "contacts.kind=quarrel", "a.b:date", "a.b=visit=c"):
        with pytest.raises(ValueError, match="not a need"):
            Need.parse(text)
