"""State of the relation with a customer: the first whose conditions hold (生命周期状态)."""

from __future__ import annotations

from toolkit.grades import Scale
from toolkit.params.schemes import StatesParams
from toolkit.schemes.scheme import Names
from toolkit.schemes.table import Row, TableScheme


def build(params: StatesParams, names: Names) -> TableScheme:
    """The scheme of a policy file: a decision table whose rows are states."""
    rows = tuple(Row.of(state.state, state, names) for state in params.states)
    return TableScheme(Scale(params.grades, params.ordered), params.needs(), rows, params.default)
