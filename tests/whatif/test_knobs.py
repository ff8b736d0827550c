"""Knobs made from the schema. Expected: what the model allows, counted on the files; orders and sums that must hold."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from math import isclose

import numpy as np
import pytest

from toolkit.measures.registry import MEASURES
from toolkit.params.policy import PolicyParams
from toolkit.params.problems import FileProblems
from toolkit.params.reading import read_source, validate
from toolkit.params.service_library import service_measures
from toolkit.params.service_plan import with_presets
from toolkit.whatif.board import Board, put
from toolkit.whatif.knob import Ladder, Weights
from toolkit.whatif.knobs import Known, policy_knobs, without_knobs
from toolkit.whatif.ranges import Seen

HAN = re.compile(r"[一-鿿]")
WITHOUT = ("attribute", "groups", "gate", "table", "lists")


@pytest.fixture(scope="module")
def known(whatif):
    study = whatif.study
    seen = Seen(study.panel, study.quarter, study.params.active_quarters)
    names = {n: m.label for n, m in (*MEASURES.items(), *service_measures().items())}
    return Known(seen, {name: measure.unit for name, measure in MEASURES.items()}, names)


@pytest.fixture(scope="module")
def boards(root, known):
    """A board for every policy of the catalogue, by file."""
    found = {}
    for file in sorted((root / "params" / "catalogue").glob("*.yaml")):
        source = with_presets(read_source(file))[0]
        knobs, groups = policy_knobs(source.data, known)
        id = source.data["id"]
        found[file.stem] = Board({k.place: k for k in knobs}, groups, {id: source}, {id: PolicyParams})
    return found


def test_every_policy_of_the_catalogue_has_knobs_or_says_that_its_rule_has_none(boards):
    assert len(boards) == 88
    silent = {}
    for name, board in boards.items():
        (source,) = board.sources.values()
        told = without_knobs(source.data, board.knobs.values())
        turned = [knob for knob in board.knobs.values() if knob.part == "scheme"]
        assert bool(turned) == (told is None), name
        if told:
            silent[name] = source.data["scheme"]["kind"]
            assert HAN.search(told.zh) and told.zh.endswith("。") and told.en.endswith(".")
    assert set(silent.values()) <= set(WITHOUT) and silent["S54"] == "lists"


def test_every_knob_begins_inside_its_span_and_is_named_in_both_languages(boards):
    for name, board in boards.items():
        for knob in board.knobs.values():
            assert knob.span.low <= knob.value <= knob.span.high, (name, knob)
            assert knob.span.low < knob.span.high and knob.span.step > 0, (name, knob)
            assert knob.label.zh and knob.label.en, (name, knob)


def test_a_number_as_in_production_gives_the_policy_of_production(boards):
    for name, board in boards.items():
        ((file, source),) = board.sources.items()
        assert board.params(file) == validate(source, PolicyParams), name


def test_every_knob_alone_makes_a_valid_policy_at_both_ends_or_is_refused_in_words(boards):
    refused = []
    for name, board in boards.items():
        for place, knob in board.knobs.items():
            for value in (knob.span.low, knob.span.high):
                board.move(place, value)
                try:
                    board.params(place[0])
                except FileProblems as error:
                    refused.append((name, knob.key, error.problems[0].en))
                    assert all(problem.zh and problem.en for problem in error.problems)
                board.reset()
    turned = 2 * sum(len(board.knobs) for board in boards.values())
    assert len(refused) < 0.03 * turned, refused


def test_weights_keep_their_sum_whatever_is_turned(boards):
    groups = 0
    for name, board in boards.items():
        for group in board.groups:
            if isinstance(group, Weights):
                groups += 1
                for place, value in zip(
                    (*group.places, group.places[0]), (0.9, 0, 0.33, 1, 0.125), strict=False
                ):
                    board.move(place, value)
                    assert isclose(sum(board.values[one] for one in group.places), 1, abs_tol=1e-12), name
                    assert all(board.values[one] >= 0 for one in group.places), name
                    board.params(place[0])
                board.reset()
    assert groups >= 13


def test_no_floor_passes_its_neighbour(boards):
    ladders = 0
    for name, board in boards.items():
        for group in board.groups:
            if isinstance(group, Ladder):
                ladders += 1
                for place in group.places:
                    for value in (-1e12, 1e12):
                        board.move(place, value)
                        now = [board.values[one] for one in group.places]
                        assert now == sorted(set(now), reverse=not group.rising), (name, place)
                        board.reset()
    assert ladders >= 40


def test_a_floor_ranges_over_the_customers(whatif):
    panel, quarter = whatif.study.panel, whatif.study.quarter
    place = panel.quarters.index(quarter)
    spend = panel.cube.cells["gross"] + panel.cube.cells["returned"] * 0
    spent = [
        (
            panel.cube.cells["gross"][i, place - 3 : place + 1]
            - abs(panel.cube.cells["returned"][i, place - 3 : place + 1])
        ).sum()
        for i in np.flatnonzero(panel.cube.cells["lines"][:, place] > 0)
    ]
    assert spend.shape == (len(panel.customers), len(panel.quarters))
    knob = whatif.board.knobs["vip_80k", ("scheme", "floors", "VIP")]
    low, high = np.quantile(spent, (0.02, 0.95))
    assert knob.span.low <= low < knob.span.low + knob.span.step
    assert knob.span.high - knob.span.step < high <= knob.span.high


def test_the_schema_bounds_what_may_be_typed(whatif):
    board = whatif.board
    board.move(("vip_80k", ("review", "hold_quarters")), 40)
    assert board.values["vip_80k", ("review", "hold_quarters")] == 12
    board.move(("vip_80k", ("service", "VIP", "span")), -3)
    assert board.values["vip_80k", ("service", "VIP", "span")] == 1
    board.move(("vip_80k", ("scheme", "floors", "VIP")), 5_000_000)
    assert board.values["vip_80k", ("scheme", "floors", "VIP")] == 5_000_000


def test_units_ranges_and_names_of_the_demo(whatif):
    knobs = whatif.board.knobs
    floor = knobs["vip_80k", ("scheme", "floors", "VIP")]
    assert (floor.unit, floor.label.zh, floor.label.en) == (
        "money",
        "各等级门槛 › VIP",
        "floor of each grade › VIP",
    )
    weight = knobs["weighted_2027", ("scheme", "factors", 3, "weight")]
    assert weight.unit == "share" and weight.label.en == "factors › stability of spend › weight"
    cost = knobs["vip_80k", ("manager_cost_per_quarter",)]
    assert (cost.span.low, cost.span.high) == (50_000, 66_000)
    price = knobs["vip_80k", ("service", "VIP", "measures", 0, "unit_cost", "value")]
    assert (price.span.low, price.span.high) == (80, 130)
    assert knobs["board_2026", ("budget_per_year",)].value == 300_000
    assert ("abc_2027", ("scheme", "upto", "C")) not in knobs
    assert knobs["", ("capacity", 0, "most")].span.whole


def test_a_value_written_by_hand_is_the_value_of_the_knob(whatif):
    source = whatif.board.sources["abc_2027"]
    data = deepcopy(source.data)
    put(data, ("scheme", "upto", "A"), 0.4)
    whatif.board.move(("abc_2027", ("scheme", "upto", "A")), 0.4)
    assert whatif.board.params("abc_2027") == validate(replace(source, data=data), PolicyParams)
