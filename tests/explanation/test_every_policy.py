"""Every policy file that the demo can grade: the explanation ends at the register's grade, and what it proposes works."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import HistoryError
from toolkit.explanation import explain
from toolkit.explanation.explanation import Explanation, Turn
from toolkit.measures.registry import names
from toolkit.panel import graded
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.policy import Policy
from toolkit.policy.deciding import too_young
from toolkit.register import REVIEW, Register

PARAMS = Path(__file__).resolve().parents[2] / "params"
FILES = sorted([*PARAMS.glob("catalogue/S*.yaml"), *PARAMS.glob("policies/*/*.yaml")])
SAMPLED = 3


def sampled(register: Register, column: int) -> list[int]:
    """Some customers of the quarter, from different grades, those whose grade is held and the ungraded among them."""
    rng = random.Random(20261122)
    groups: list[np.ndarray] = [
        np.flatnonzero(register.in_force[:, column] == code) for code in range(len(register.scale))
    ]
    groups += [
        np.flatnonzero(register.held[:, column]),
        np.flatnonzero((register.in_force[:, column] < 0) & (register.because[:, column] >= 0)),
    ]
    full = [group for group in groups if len(group)]
    return [int(rng.choice(list(group))) for group in rng.sample(full, min(SAMPLED, len(full)))]


def seen_at(demo, params: PolicyParams, register: Register, told: Explanation) -> pd.DataFrame:
    """What the review knew of those whom the rule graded."""
    panel = graded(demo.panel, params)
    needs = Policy.from_params(params, demo.names).needs
    known = panel.snapshot(told.review, needs, params.review.window_quarters, register.active_quarters)
    young = too_young(panel, told.review, params.review.minimum_quarters)
    return known[~young[panel.customers.get_indexer(known.index)]]


def regraded(register: Register, known: pd.DataFrame, told: Explanation, turn: Turn | None) -> str | None:
    """What the whole scheme gives when the customer's figure is changed in the frame of everybody."""
    changed = known.copy()
    if turn is not None:
        column = changed[turn.column].copy()
        column.loc[told.customer] = turn.to
        changed[turn.column] = column
    grade = register.scheme.grade(changed).grade.loc[told.customer]
    return None if pd.isna(grade) else str(grade)


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.stem}" for file in FILES])
def test_the_explanation_is_the_register_s_and_its_proposals_hold(demo, file):
    """Grade, reason and rule agree with the walk; every proposed change raises, or lowers, through the whole scheme."""
    params = read_policy(file, names())
    try:
        register = demo.register_of(params)
    except HistoryError:
        pytest.skip("the demo lacks a table of this policy")
    column, scale = register.column(demo.quarter), register.scale
    for row in sampled(register, column):
        told = explain(demo, params, register.customers[row])
        place = int(register.in_force[row, column])
        assert told.grade == (None if place < 0 else scale.grades[len(scale) - 1 - place])
        assert told.steps and told.steps[-1].figure.en == (told.grade or "no grade")
        assert told.history[-1].in_force == told.grade and told.held == bool(register.held[row, column])
        assert told.part is None or all(
            line.what.zh and line.what.en for p in told.part.every() for line in p.lines
        )
        if told.part is None:
            continue
        known = seen_at(demo, params, register, told)
        assert regraded(register, known, told, None) == told.by_rule
        only_rule = len(told.steps) == 1 and register.decided_by[row, register.column(told.review)] == REVIEW
        assert not only_rule or told.by_rule == told.grade
        if not told.ordered:
            assert not told.rises and not told.falls
            continue
        rank = {grade: len(scale) - 1 - i for i, grade in enumerate(scale.grades)} | {None: -1}
        for turn in told.rises:
            assert rank[regraded(register, known, told, turn)] > rank[told.grade], turn
            assert regraded(register, known, told, turn) == turn.grade
        for turn in told.falls:
            assert rank[regraded(register, known, told, turn)] < rank[told.by_rule], turn
        for turn in told.regains:
            assert rank[regraded(register, known, told, turn)] >= rank[told.grade], turn


def test_there_are_as_many_policies_as_files(root):
    """88 of the catalogue, and those of the demo and of the public data set."""
    assert len(FILES) >= 88 + 8
