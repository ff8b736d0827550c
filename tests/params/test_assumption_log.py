"""The assumptions log. Expected: what the parameter files print, read by hand."""

from __future__ import annotations

import typing
from datetime import date

import pytest
from pydantic import BaseModel

from toolkit.params.assumed import KINDS, NO_ASSUMPTIONS
from toolkit.params.assumption_log import assumption_log
from toolkit.params.behaviour import BehaviourParams
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.policy import PolicyParams
from toolkit.params.study import StudyParams
from toolkit.params.study_files import read_study
from toolkit.terms import UNITS

SAID_BY_THE_RULE = {"scheme", "review", "tags", "beside"}


def inside(annotation) -> list[type]:
    """Every plain type within an annotation."""
    parts = typing.get_args(annotation)
    if not parts:
        return [annotation] if isinstance(annotation, type) else []
    return [one for part in parts for one in inside(part)]


def numbers(model: type[BaseModel], seen: dict[str, set[str]], left_out=frozenset()) -> dict[str, set[str]]:
    """Fields of a model, and of every model in it, that hold a number."""
    if model.__name__ in seen:
        return seen
    own = seen.setdefault(model.__name__, set())
    for name, field in model.model_fields.items():
        if name in left_out:
            continue
        types = inside(field.annotation)
        if {int, float} & set(types):
            own.add(name)
        for one in types:
            if issubclass(one, BaseModel):
                numbers(one, seen)
    return seen


def test_every_number_a_file_may_hold_has_its_place():
    """A number that is added to a model must be logged, or said to be no assumption; neither list names what is not there."""
    found: dict[str, set[str]] = {}
    for root in (StudyParams, DecisionRuleParams, BehaviourParams):
        numbers(root, found)
    numbers(PolicyParams, found, SAID_BY_THE_RULE)
    known = {(model, name) for model, names in found.items() for name in names}
    ours = {(model, name) for model, kinds in KINDS.items() for name in kinds}
    excused = {(model, name) for model, name in known if {model, f"{model}.{name}"} & set(NO_ASSUMPTIONS)}
    assert known - ours - excused == set()
    assert ours & excused == set()
    whole = {model for model, _ in excused} | {f"{model}.{name}" for model, name in excused}
    assert set(NO_ASSUMPTIONS) <= whole
    models = {name for names in KINDS.values() for name in names}
    assert {kind.unit for kinds in KINDS.values() for kind in kinds.values()} <= {*UNITS, "each"} and models


@pytest.fixture(scope="module")
def demo_log(root):
    return {one.key: one for one in assumption_log(read_study(root / "params" / "studies" / "demo.yaml"))}


def test_the_numbers_of_the_demo_as_its_files_print_them(demo_log):
    visits = demo_log["baseline.service.VIP.measures.0.unit_cost.value"]
    assert (visits.value, visits.low, visits.high, visits.unit) == (100, 80, 130, "hour")
    assert visits.within[0].zh == "VIP" and visits.moves == "service"
    assert visits.source == "模拟公司的分级办法，每年第三季度末评定一次" and visits.on == date(2022, 10, 1)
    manager = demo_log["baseline.manager_cost_per_quarter"]
    assert (manager.value, manager.low, manager.high, manager.moves) == (58_000, 50_000, 66_000, "managers")
    horizon = demo_log["decision_rule.horizon_quarters"]
    assert (horizon.value, horizon.low, horizon.high, horizon.on) == (4, 3, 5, date(2026, 6, 30))
    margin = next(one for key, one in demo_log.items() if key.startswith("study.assumptions.0"))
    assert (margin.low, margin.value, margin.high, margin.author, margin.moves) == (
        0.92,
        1,
        1.05,
        "示例作者",
        "margin",
    )
    visit_count = demo_log["baseline.service.VIP.measures.0.quantity"]
    assert (visit_count.value, visit_count.per) == (0.5, "quarter")


def test_nothing_is_given_a_source_that_the_file_does_not_record(demo_log):
    """The hotline of the demo names none; the caps on it do."""
    assert demo_log["study.hotline.patience_seconds"].source is None
    assert demo_log["study.capacity.1.most"].source == "模拟公司的机房"


def test_what_says_nothing_is_not_listed(demo_log):
    """No discount, no travel, a scenario that leaves an amount as it is."""
    assert not [key for key in demo_log if "surcharge" in key or key.endswith(".utilisation")]
    assert "study.scenarios.2.service_cost" in demo_log and "study.scenarios.2.margin" not in demo_log
