"""Promises that hold for every kind of scheme that a company can write down."""

from __future__ import annotations

import json
import random
from io import StringIO
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from toolkit.params.schemes import SchemeParams
from toolkit.promises.of_schemes import blind_to_row_order, graded_or_told_why, same_again
from toolkit.schemes.build import build_scheme
from toolkit.schemes.reach import unreachable
from toolkit.terms import Label

NAMES = {name: Label(f"指标{name}", name) for name in ("spend", "orders", "recency_days")}
ADAPTER = TypeAdapter(SchemeParams)
KINDS: dict[str, dict] = YAML(typ="safe").load(Path(__file__).with_name("kinds.yaml").read_text("utf-8"))
UNGRADED = {"table, some ungraded", "judged scores", "judged with reasons"}
NOT_RISING = {
    "table",  # its second row ends at seven orders
    "table, some ungraded",
    "states",
    "attribute",
    "matrix of cells",
    "groups",
    "groups by rank",
    "pareto computed",  # the limits move with everybody's value
}
RISES = [name for name in KINDS if name not in NOT_RISING]

customer = st.tuples(
    st.integers(-5, 300),
    st.integers(0, 8),
    st.integers(0, 200),
    st.sampled_from(["gold", "silver", "lead"]),
    st.booleans(),
    st.booleans(),
)
customers = st.lists(customer, min_size=1, max_size=25)
few = settings(max_examples=8, deadline=None)


def test_every_kind_of_scheme_has_a_case():
    """The kinds that the union of parameters knows, each in a case of kinds.yaml."""
    union = get_args(get_args(SchemeParams)[0])
    known_kinds = {get_args(model.model_fields["kind"].annotation)[0] for model in union}
    assert known_kinds == {written["kind"] for written in KINDS.values()}


def scheme_of(kind: str):
    return build_scheme(ADAPTER.validate_python(KINDS[kind]), NAMES)


def known(rows: list[tuple]) -> pd.DataFrame:
    """What the schemes of kinds.yaml ask for, made from the drawn rows."""
    index = pd.Index([f"c{i}" for i in range(len(rows))], name="customer_id")
    spend, orders, recency, brand, vip, listed = (list(column) for column in zip(*rows, strict=True))
    flags, money = np.array(listed), np.array(spend, dtype=float)
    return pd.DataFrame(
        {
            "spend": money,
            "spend@2q/month": money,
            "orders": np.array(orders, dtype=float),
            "recency_days": np.array(recency, dtype=float),
            "customers.brand": brand,
            "customers.vip": vip,
            "lists.black": flags,
            "lists.red": np.array(vip),
            "payments[,overdue>30].count": flags.astype(float),
            "grades.grade": np.where(flags, "gold", None),
            "grades.decided_by": np.where(flags, "组", None),
            "grades.from_on": pd.Timestamp("2026-01-01"),
            "grades.score@4q": np.where(flags, money, np.nan),
            "grades.decided_by@4q": np.where(flags, "组", None),
            "grades.from_on@4q": pd.Timestamp("2026-01-01"),
            "judgements.grade@2q": np.where(flags, "B", None),
            "judgements.author@2q": np.where(flags, "组", None),
            "judgements.judged_on@2q": pd.Timestamp("2026-03-01"),
            "judgements.reason@2q": np.where(flags & np.array(vip), "贡献", " "),
            "review_day": pd.Timestamp("2026-04-01"),
        },
        index=index,
    )


@pytest.mark.parametrize("kind", KINDS)
@given(rows=customers, shuffle=st.randoms(use_true_random=False))
@few
def test_everybody_has_one_grade_or_a_reason_for_none_and_row_order_decides_nothing(kind, rows, shuffle):
    scheme, frame = scheme_of(kind), known(rows)
    assert {need.column for need in scheme.needs} <= set(frame.columns)
    grading = scheme.freeze(frame).grade(frame)
    assert kind in UNGRADED or grading.grade.notna().all()
    assert graded_or_told_why(scheme, frame) is None and same_again(scheme, frame) is None
    assert blind_to_row_order(scheme, frame, shuffle.sample(list(frame.index), len(frame))) is None


@pytest.mark.parametrize("kind", KINDS)
@given(rows=customers)
@few
def test_equal_customers_share_a_grade(kind, rows):
    scheme, frame = scheme_of(kind), known(rows + rows)
    grade = scheme.freeze(frame).grade(frame).grade.cat.codes.to_numpy()
    named = [0, len(rows)] if kind == "overrides" else []  # the file names customer c0
    same = np.delete(np.arange(len(rows)), named[:1])
    assert (grade[same] == grade[same + len(rows)]).all()


@pytest.mark.parametrize("kind", RISES)
@given(rows=customers, gain=st.integers(1, 150))
@few
def test_more_of_a_good_thing_never_means_a_worse_grade(kind, rows, gain):
    """One customer's spend and orders rise, everybody else's stay."""
    scheme, frame = scheme_of(kind), known(rows)
    frozen = scheme.freeze(frame)
    before = frozen.grade(frame).grade.cat.codes.iloc[0]
    for measure in ("spend", "spend@2q/month", "orders"):
        better = frame.copy()
        better.iloc[0, better.columns.get_loc(measure)] += gain
        assert frozen.grade(better).grade.cat.codes.iloc[0] >= before


@pytest.mark.parametrize("kind", KINDS)
def test_every_grade_can_be_reached(kind):
    """Two thousand mixed customers leave no grade of kinds.yaml empty, save what the file cannot give."""
    rng = np.random.default_rng(20261122)
    size = 2000
    rows = list(
        zip(
            rng.integers(-50, 300, size).tolist(),
            rng.integers(0, 9, size).tolist(),
            rng.integers(0, 200, size).tolist(),
            rng.choice(["gold", "silver", "lead"], size).tolist(),
            (rng.random(size) < 0.3).tolist(),
            (rng.random(size) < 0.3).tolist(),
            strict=True,
        )
    )
    frame = known(rows)
    scheme = scheme_of(kind).freeze(frame)
    found = scheme.grade(frame)
    empty = [grade for grade, count in found.counts().items() if not count]
    by_rule = set(unreachable(ADAPTER.validate_python(KINDS[kind])))
    assert by_rule <= set(empty)  # what is proved never to happen does not
    by_stability = {"丙"} if kind == "groups by rank" else set()
    ties = {"B"}  # more than five share the largest spend of whole yuan
    beyond = {"pareto first n": ties, "judged": {"B"}}.get(kind, set())
    assert by_rule == ({"C"} if kind == "judged scores" else set())  # floors for A and B alone
    assert set(empty) <= by_rule | by_stability | beyond
    assert scheme.grade(frame).grade.equals(found.grade)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_written_from_the_model_means_the_same(kind):
    """File, model, file: through YAML as the reader sees it, and through JSON."""
    model = ADAPTER.validate_python(KINDS[kind])
    written = model.model_dump(exclude_unset=True)
    yaml, stream = YAML(), StringIO()
    yaml.dump(_plain(written), stream)
    assert (
        ADAPTER.validate_python(YAML(typ="safe").load(stream.getvalue())).model_dump() == model.model_dump()
    )
    assert ADAPTER.validate_json(json.dumps(model.model_dump(mode="json"))).model_dump() == model.model_dump()


def _plain(node):
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    return [_plain(value) for value in node] if isinstance(node, tuple | list) else node


def test_nobody_to_grade_gives_an_empty_grading():
    frame = known([(10, 1, 1, "gold", True, False), (200, 6, 50, "lead", False, True)])
    for kind in KINDS:
        grading = scheme_of(kind).freeze(frame).grade(frame.iloc[:0])
        assert len(grading.grade) == 0, kind


def test_row_order_with_a_seeded_shuffle_of_many():
    """Groups of 300 customers are the same from either end of the file."""
    rng = random.Random(1)
    rows = [
        (rng.randint(0, 300), rng.randint(0, 8), rng.randint(0, 200), "gold", False, False)
        for _ in range(300)
    ]
    frame = known(rows)
    for kind in ("groups", "groups by rank"):
        ways = [scheme_of(kind).freeze(f).grade(frame).grade for f in (frame, frame.iloc[::-1])]
        assert ways[0].equals(ways[1])
