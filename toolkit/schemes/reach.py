"""Grades that a scheme cannot give, proved from its parameters alone.

What is said here is certain; a grade that is not named may still be one that nobody can reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from toolkit.params.schemes import (
    BandPoints,
    ConditionParams,
    FixedParams,
    GateParams,
    JudgedParams,
    ListsParams,
    MatrixParams,
    OverrideParams,
    OverridesParams,
    RuleParams,
    ScoredParams,
    StatesParams,
    TableParams,
    ThresholdsParams,
    ValuePoints,
    VersionsParams,
)
from toolkit.schemes.implied import bounds_on, implies, impossible
from toolkit.schemes.reasons import plain
from toolkit.terms import Label

When = tuple[ConditionParams, ...]
NO_RULE = Label("没有一条规则给出这一级", "no rule gives it")
HIDDEN_AXIS = Label("它的格子要用到某个维度给不出的等级", "its cells need a grade that an axis cannot give")
HIDDEN_FLOOR = Label(
    "由这里定级的客户都达到更高的门槛，或都达不到它的门槛",
    "everybody graded here reaches a better floor, or nobody reaches its own",
)
ALL_BEFORE = Label("前面的等级已包括所有得分", "the grades before it take every score")
FULL = 100.0


def unreachable(params: RuleParams, under: Sequence[ConditionParams] = ()) -> dict[str, Label]:
    """Grades that the scheme can give to nobody, in the order of its scale, each with why.

    Parameters
    ----------
    params : parameters of the scheme
    under : sequence of ConditionParams
        What everybody whom the scheme grades is known to meet.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.params.schemes import TableParams
    >>> row = {"when": [{"measure": "spend", "at_least": 10}], "grade": "A"}
    >>> scheme = TableParams(kind="table", rows=[row, row | {"grade": "B"}], default="C")
    >>> {grade: why.en for grade, why in toolkit.unreachable(scheme).items()}
    {'B': 'row 2 is shadowed by row 1'}
    """
    finder = _FINDERS.get(type(params))
    found = finder(params, tuple(under)) if finder else {}
    return {grade: found[grade] for grade in params.grades if grade in found}


def _given(params: RuleParams, under: When) -> set[str]:
    """Grades that the scheme may give."""
    return set(params.grades) - set(unreachable(params, under))


def _thresholds(params: ThresholdsParams, under: When) -> dict[str, Label]:
    """Floors out of reach of those who are graded, or hidden because all of them reach a better one."""
    ladders = [params.floors] if params.floors is not None else [*params.floors_by.floors.values()]
    low, high = bounds_on(params.own_needs()[0], under)
    if params.better == "lower":
        low, high = (-high[0], -high[1]), (-low[0], -low[1])
    sign = 1 if params.better == "higher" else -1
    possible = {params.grades[-1]} if params.missing == "last_grade" else set()
    for floors in ladders:
        better = (np.inf, 1)
        for grade, bound in floors.items():
            own = (-np.inf, 0) if bound.value is None else (sign * bound.value, int(bound.strict))
            if own <= high and low < better:
                possible.add(grade)
            better = own
    return {grade: HIDDEN_FLOOR for grade in params.grades if grade not in possible}


def _scored(params: ScoredParams, under: When) -> dict[str, Label]:
    """Floors above the highest score, and grades below the floor that the lowest score reaches."""
    low, high = _range(params)
    possible, why = set(), {}
    for grade, bound in params.floors.items():
        if bound.value is not None and (high < bound.value or (bound.strict and high == bound.value)):
            most = plain(round(high, 6))
            why[grade] = Label(
                f"最高只能得 {most} 分，门槛是 {plain(bound.value)}",
                f"the highest score is {most}, its floor {plain(bound.value)}",
            )
            continue
        possible.add(grade)
        if bound.value is not None and (low > bound.value or (not bound.strict and low == bound.value)):
            break
    moves = [step.steps for step in params.steps]
    reach = _moved(possible, params.grades, moves) if params.steps else possible
    return {grade: why.get(grade, ALL_BEFORE) for grade in params.grades if grade not in reach}


def _range(params: ScoredParams) -> tuple[float, float]:
    """Bounds of the score; weights that are not written at the factors may be any."""
    weights = [factor.weight for factor in params.factors]
    ends = [_points(factor) for factor in params.factors]
    low, high = min(least for least, _ in ends), max(most for _, most in ends)
    if all(weight is not None for weight in weights):
        low, high = (sum(w * end[i] for w, end in zip(weights, ends, strict=True)) for i in (0, 1))
    gains = sum(max(bonus.points, 0.0) for bonus in params.bonuses)
    if params.bonus_cap is not None:
        gains = min(gains, params.bonus_cap)
    low, high = low + sum(min(bonus.points, 0.0) for bonus in params.bonuses), high + gains
    high = high if params.score_cap is None else min(high, params.score_cap)
    slack = 1e-9 * max(abs(high), 1.0)
    return low - slack, high + slack


def _points(factor: object) -> tuple[float, float]:
    """Least and most points of one factor."""
    points = factor.points
    if isinstance(points, BandPoints):
        found = [band.points for band in points.bands]
    elif isinstance(points, ValuePoints):
        found = [*points.values.values(), points.otherwise]
    else:
        found = [0.0, FULL]
    instead = {"zero_points": [0.0], "middle_points": [FULL / 2]}.get(factor.missing, [])
    return min([*found, *instead]), max([*found, *instead])


def _moved(grades: Iterable[str], scale: Sequence[str], moves: Iterable[int]) -> set[str]:
    """Grades reached from ``grades`` by any of ``moves`` (up is positive), in any number."""
    reach, steps, last = {scale.index(grade) for grade in grades}, list(moves), len(scale) - 1
    new = reach
    while new:
        new = {min(max(place - step, 0), last) for place in new for step in steps} - reach
        reach = reach | new
    return {scale[place] for place in reach}


def _rows(params: TableParams | StatesParams, under: When) -> dict[str, Label]:
    """Rows that nobody can meet, and rows that an earlier one takes all of."""
    if isinstance(params, TableParams):
        rows = [(row.grade, (*under, *row.when)) for row in params.rows]
    else:
        rows = [(state.state, (*under, *state.when)) for state in params.states]
    possible = set() if any(implies(under, when) for _, when in rows) else {params.default}
    why: dict[str, Label] = {}
    for number, (grade, when) in enumerate(rows, 1):
        shadow = next((i for i, (_, before) in enumerate(rows[: number - 1], 1) if implies(when, before)), 0)
        if impossible(when):
            why[grade] = Label(
                f"第 {number} 条的条件互相矛盾", f"the conditions of row {number} exclude each other"
            )
        elif shadow:
            why[grade] = Label(
                f"第 {number} 条被第 {shadow} 条全部覆盖", f"row {number} is shadowed by row {shadow}"
            )
        else:
            possible.add(grade)
    return {grade: why.get(grade, NO_RULE) for grade in params.grades if grade not in possible}


def _matrix(params: MatrixParams, under: When) -> dict[str, Label]:
    """Grades of cells that no axis label produces, and entries that earlier ones take all of."""
    labels = [_given(scheme, under) for scheme in params.axes.values()]
    cells = params.cell_grades()
    possible = {
        grade
        for cell, grade in cells.items()
        if all(label in axis for label, axis in zip(cell, labels, strict=True))
    }
    held = set(cells.values()) - possible
    return {g: HIDDEN_AXIS if g in held else NO_RULE for g in params.grades if g not in possible}


def _parts(params: RuleParams, under: When) -> dict[str, Label]:
    """Kinds that pass on the grades of the schemes inside them."""
    if isinstance(params, GateParams):
        inner, own = [(params.inside, (*under, *params.when)), (params.outside, under)], set()
    elif isinstance(params, ListsParams):
        inner, own = [(params.otherwise, under)], {entry.grade for entry in _first_entries(params)}
    elif isinstance(params, VersionsParams):
        inner, own = [(version.scheme, under) for version in params.versions], set()
    elif isinstance(params, FixedParams):
        inner, own = [], {params.grade}
    else:
        inner = [] if params.otherwise is None else [(params.otherwise, under)]
        own = set(params.floors or params.grades)
    possible, why = own, {}
    for scheme, known in inner:
        possible, why = possible | _given(scheme, known), why | unreachable(scheme, known)
    return {grade: why.get(grade, NO_RULE) for grade in params.grades if grade not in possible}


def _first_entries(params: ListsParams) -> list:
    """Entries whose list no earlier entry names."""
    return list({entry.list: entry for entry in reversed(params.lists)}.values())


def _overrides(params: OverridesParams, under: When) -> dict[str, Label]:
    """The base's grades, those that rules give, and those to which they raise or lower."""
    rules = [rule for rule in params.rules if rule.limit != 0]
    possible = _given(params.base, under) | {rule.pin for rule in rules if rule.pin}
    bounds = [rule for rule in rules if rule.not_below or rule.not_above]
    moves = [(rule.up or 0) - (rule.down or 0) for rule in rules if rule.up or rule.down]
    for _ in range(len(rules)):
        possible = _moved(possible, params.grades, moves) if moves else possible
        possible |= {g for rule in bounds for g in _bounded(rule, possible, params.grades)}
    why = unreachable(params.base, under)
    return {grade: why.get(grade, NO_RULE) for grade in params.grades if grade not in possible}


def _bounded(rule: OverrideParams, possible: set[str], scale: Sequence[str]) -> set[str]:
    places = {scale.index(grade) for grade in possible}
    if rule.not_below:
        return {scale[min(place, scale.index(rule.not_below))] for place in places}
    return {scale[max(place, scale.index(rule.not_above))] for place in places}


_FINDERS: Mapping[type, Callable[..., dict[str, Label]]] = {
    ThresholdsParams: _thresholds,
    ScoredParams: _scored,
    TableParams: _rows,
    StatesParams: _rows,
    MatrixParams: _matrix,
    OverridesParams: _overrides,
    **dict.fromkeys((GateParams, ListsParams, VersionsParams, FixedParams, JudgedParams), _parts),
}
