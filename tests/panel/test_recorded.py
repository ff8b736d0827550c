"""Prospects: graded where a policy says so, and never part of what is compared. By hand, and against the plain panel."""

from __future__ import annotations

from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from toolkit.errors import HistoryError
from toolkit.measures.aggregation import build_cube
from toolkit.measures.attributes import ATTRIBUTES
from toolkit.measures.registry import MEASURES, names
from toolkit.outcomes.active import among_active
from toolkit.panel import Panel, RecordedPanel, graded
from toolkit.panel.recorded import recorded
from toolkit.params.policy import read_policy
from toolkit.window import Quarter

Q1, Q2, Q3, Q4 = QUARTERS = [Quarter.parse("2024Q1") + i for i in range(4)]
LEDGER = pd.DataFrame(
    {
        "customer_id": ["bob", "bob", "eve"],
        "paid_at": pd.to_datetime(["2024-02-20", "2024-11-01", "2024-08-03"]),
        "amount": [10.0, 5.0, 7.0],
        "order_id": ["o1", "o2", "o3"],
        "category": ["pens", "ink", "pens"],
        "is_return": False,
    }
)
FILE = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cat", "eve", "dan"],
        "since": pd.to_datetime(["2024-03-31", "2024-12-01", None, "2024-08-03", "2024-04-01"]),
    }
)


@pytest.fixture(scope="module")
def panel() -> Panel:
    cube = build_cube(ibis.memtable(pa.Table.from_pandas(LEDGER)), quarters=QUARTERS)
    return Panel(cube, {"customers": FILE})


def test_everybody_known_by_the_day_is_there(panel):
    """Ann from the last day of March, Dan from 1 April, Cat all along; Bob by his purchase, Eve from August."""
    everybody = recorded(panel)
    assert everybody.customers.tolist() == ["ann", "bob", "cat", "dan", "eve"]
    there = {str(q): everybody.customers[everybody.active(q)].tolist() for q in QUARTERS}
    assert there["2024Q1"] == ["ann", "bob", "cat"] and there["2024Q2"] == ["ann", "bob", "cat", "dan"]
    assert there["2024Q3"] == there["2024Q4"] == ["ann", "bob", "cat", "dan", "eve"]
    assert panel.customers.tolist() == ["bob", "eve"] and panel.active(Q1).tolist() == [True, False]


def test_a_prospect_stands_where_a_customer_stands_before_the_first_purchase(panel):
    """Eve's first purchase is in Q3: at Q2 every measure and attribute of hers is that of Cat, who never buys."""
    everybody = recorded(panel)
    cat, eve = everybody.customers.get_indexer(["cat", "eve"])
    for name, one in MEASURES.items():
        if not one.missing(panel.cube, {}):
            values = everybody.values(name, 2)[:, everybody.quarters.index(Q2)]
            np.testing.assert_equal(values[cat], values[eve], err_msg=name)
    status = everybody.attribute("relationship_status", Q4, 4)
    assert status.to_dict() == dict(ann="prospect", bob="existing", cat="prospect", dan="prospect", eve="new")
    at = {
        name: everybody.values(name, 4)[cat, 3]
        for name in ("spend", "orders", "recency_days", "tenure_months")
    }
    assert at["spend"] == at["orders"] == 0 and np.isnan(at["recency_days"]) and np.isnan(at["tenure_months"])


def test_nobody_else_changes(demo):
    """Every measure and attribute of every buyer is the same to the last bit with the prospects beside."""
    everybody = recorded(demo.panel)
    rows = everybody.customers.get_indexer(demo.panel.customers)
    assert (rows >= 0).all() and len(everybody.customers) == len(demo.panel.customers) + 75
    for name, one in MEASURES.items():
        if not one.missing(demo.panel.cube, demo.panel.tables):
            expected, found = demo.panel.values(name, 4), everybody.values(name, 4)[rows]
            np.testing.assert_array_equal(found, expected, err_msg=name)
    for name, one in ATTRIBUTES.items():
        if not one.missing(demo.panel.cube, demo.panel.tables):
            found = everybody.attribute(name, demo.quarter)[demo.panel.customers]
            pd.testing.assert_series_equal(found, demo.panel.attribute(name, demo.quarter))


def test_without_a_file_of_customers_nobody_is_known(panel, root):
    policy = read_policy(root / "params/catalogue/S17.yaml", names())
    with pytest.raises(HistoryError, match="table customers is missing"):
        graded(Panel(panel.cube), policy)
    found = graded(panel, policy)
    assert isinstance(found, RecordedPanel) and graded(found, policy) is found


PROSPECTS = {"S01": "潜在客户", "S11c": "潜在客户", "S12": "四级", "S17": "潜在客户", "S30": "潜在客户",
             "S37": "其他潜在客户", "S40": "观望者"}  # fmt: skip


@pytest.mark.parametrize("row", PROSPECTS)
def test_prospects_reach_their_grade(demo, root, row):
    """The simulated company's prospects, entered before the review, all of them; in the class beside in S11."""
    register = demo.register_of(read_policy(root / "params/catalogue" / f"{row}.yaml", names()))
    given = register.at(demo.quarter)["grade"]
    file = demo.panel.tables["customers"]
    mine = file[file["customer_id"].str.startswith("P") & (file["since"] < "2026-10-01")]["customer_id"]
    assert len(mine) > 50 and set(mine) <= set(given.index)
    others = {"S37": {"重点关注的潜在大客户"}}.get(row, set())
    assert set(given[mine]) - others == {PROSPECTS[row]}


def test_the_class_beside_tells_prospects_in_s11(demo, root):
    register = demo.register_of(read_policy(root / "params/catalogue/S11.yaml", names()))
    stage = register.marks(demo.quarter)["stage"]
    assert set(stage.index[stage == "潜在客户"]) == {c for c in stage.index if c.startswith("P")}


@pytest.fixture(scope="module")
def everybody(demo):
    """The demo study with two policies, both grading everybody on record."""
    review = {"whom": "recorded"}
    policies = [
        p.model_copy(update={"review": p.review.model_copy(update=review)}) for p in demo.files.policies
    ]
    files = replace(demo.files, baseline=policies[0], alternatives=tuple(policies[1:2]))
    return replace(demo, files=files)


def test_prospects_never_enter_what_is_compared(demo, everybody):
    """Floors look at one customer at a time, so retention, cost and the customers compared stay as they are."""
    baseline = demo.baseline.id
    full = everybody.register_of(everybody.files.baseline)
    assert len(full.at(demo.quarter)) > len(demo.registers[baseline].at(demo.quarter)) + 50
    for name in (baseline, "vip_80k"):
        mine, plain = everybody.registers[name], demo.registers[name]
        np.testing.assert_array_equal(mine.earned, plain.earned)
        np.testing.assert_array_equal(mine.in_force, plain.in_force)
        pd.testing.assert_frame_equal(everybody.costs[name].by_grade, demo.costs[name].by_grade)
        pd.testing.assert_frame_equal(everybody.retentions[name].pooled, demo.retentions[name].pooled)
    assert everybody.customers.equals(demo.customers)
    assert np.array_equal(everybody.stakes.margin, demo.stakes.margin)


def test_among_active_leaves_a_register_of_active_customers_alone(demo, everybody):
    plain = demo.registers[demo.baseline.id]
    assert among_active(plain, demo.panel) is plain
    cut = among_active(everybody.register_of(everybody.files.baseline), demo.panel)
    assert cut.customers.equals(demo.panel.customers) and (cut.because[cut.in_force < 0] < 0).any()
