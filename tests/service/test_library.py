"""All 77 measures: named, priced, and each following its driver alone."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.params.reading import read_model
from toolkit.params.service_library import service_measures
from toolkit.params.service_plan import ServicePlanParams
from toolkit.service.bill import price
from toolkit.service.plan import service_plan
from toolkit.service.volumes import Volumes
from toolkit.window import Quarter

MEASURES = tuple(service_measures())
FOLLOWS = {"order": "orders", "call": "calls", "visit": "visits", "revenue": "revenue", "year": "customers", "quarter": "customers", "customer": "customers"}  # fmt: skip
CUSTOMERS = 6000


@pytest.fixture(scope="module")
def prices(root):
    return read_model(root / "params" / "service" / "catalogue.yaml", ServicePlanParams)


@pytest.fixture(scope="module")
def cost_of(prices, make_params):
    """Cost of one measure for two grades of customers, with one volume scaled."""

    def cost(name: str, **scaled: float) -> float:
        item = prices.priced[name]
        pools = {item.pool: prices.pools[item.pool].model_dump(exclude_none=True)} if item.pool else None
        service = {"A": {"measures": [item.model_dump(exclude_none=True)]}, "B": {"cost_per_quarter": 0}}
        plan = service_plan(make_params(service, **({"pools": pools} if pools else {})))
        return price(plan, volumes_of(**scaled)).total

    return cost


def volumes_of(customers=1.0, orders=1.0, calls=1.0, visits=1.0, revenue=1.0, other=1.0) -> Volumes:
    """A grade of customers with steady volumes, and another grade beside it."""
    mine, others = int(CUSTOMERS * customers), int(500 * other)
    count = mine + others
    base = {"order": 3 * orders, "call": 2 * calls, "visit": 1.5 * visits, "revenue": 900 * revenue}
    return Volumes(
        quarter=Quarter.parse("2026Q3"),
        customers=pd.RangeIndex(count),
        grade=np.array(["A"] * mine + ["B"] * others, dtype=object),
        team=np.full(count, "", dtype=object),
        per_quarter={per: np.full(count, value) for per, value in base.items()},
        margin=np.full(count, 270.0 * revenue),
    )


def test_the_library_is_the_whole_catalogue():
    """M01 to M77 in order, each named in both languages."""
    numbers = [measure.number for measure in service_measures().values()]
    assert numbers == [f"M{i:02d}" for i in range(1, 78)]
    for id, measure in service_measures().items():
        assert id.startswith(measure.number.lower() + "_") and re.fullmatch(r"[a-z0-9_]+", id)
        assert re.search(r"[\u4e00-\u9fff]", measure.label.zh) and measure.label.en.isascii()


def test_every_measure_is_priced_once_with_its_range(prices):
    assert [item.measure for item in prices.prices] == list(MEASURES)
    for item in prices.prices:
        paid = prices.pools[item.pool].cost_per_head if item.unit_cost is None else item.unit_cost
        assert paid.ends[0] < paid.value < paid.ends[1], item.measure


@pytest.mark.parametrize("name", MEASURES)
def test_the_unit_is_the_driver_and_the_count_what_it_scales_with(prices, name):
    item, known = prices.priced[name], service_measures()[name]
    assert (item.unit_cost.unit if item.unit_cost else "head") == known.driver
    assert item.per == "grade" or FOLLOWS[item.per] == known.scales_with


@pytest.mark.parametrize("name", MEASURES)
def test_the_cost_follows_its_driver_and_nothing_else(prices, cost_of, name):
    """Twice the driver is twice the cost; nothing else moves it, least of all customers of another grade."""
    item, base = prices.priced[name], cost_of(name)
    assert base > 0
    driver = None if item.per == "grade" else FOLLOWS[item.per]
    for volume in ("orders", "calls", "visits", "revenue", "other"):
        expected = 2 * base if volume == driver else base
        assert cost_of(name, **{volume: 2.0}) == pytest.approx(expected, abs=0.011), volume
    expected = base if driver is None else 2 * base
    assert cost_of(name, customers=2.0) == pytest.approx(expected, abs=0.011)


def test_packages_are_those_that_the_catalogue_writes_beside_its_grades(root, prices):
    """The numbers after # in each row's service plan are the row's measures; read here by another route."""
    by_number = {measure.number: id for id, measure in service_measures().items()}
    seen = 0
    for name, package in prices.packages.items():
        row, place = name.rsplit("_", 1)
        text = (root / "params" / "catalogue" / f"{row.capitalize()}.yaml").read_text("utf-8")
        service = text.split("\nservice:\n", 1)[1]
        blocks = re.split(r"(?m)^  (?=\S)(?!#)", service)[1:]
        said = " ".join(part.split("（")[0] for part in re.findall(r"#(.*)", blocks[int(place) - 1]))
        wanted = {by_number[number] for number in re.findall(r"\bM\d\d\b", said)}
        assert set(package.measures) == wanted, name
        seen += 1
    assert seen > 100


def test_every_measure_is_part_of_a_package_or_of_the_price_list(prices):
    used = {name for package in prices.packages.values() for name in package.measures}
    assert used <= set(MEASURES) and len(used) > 60


def test_a_plan_of_all_measures_is_the_sum_of_its_parts(prices, make_params, cost_of):
    """All 77 in one grade: the same total as priced one by one, as each pool serves one measure."""
    every = [item.model_dump(exclude_none=True) for item in prices.prices]
    pools = {name: pool.model_dump(exclude_none=True) for name, pool in prices.pools.items()}
    plan = service_plan(make_params({"A": {"measures": every}, "B": {"cost_per_quarter": 0}}, pools=pools))
    parts = sum(cost_of(name) for name in MEASURES)
    assert price(plan, volumes_of()).total == pytest.approx(parts, abs=0.5)
    assert replace(plan, lines=()).counted_per("call") is False
