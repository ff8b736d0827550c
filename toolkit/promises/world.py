"""The built-in history on which promises are put to the test: a small simulated company with every table."""

from __future__ import annotations

from functools import cache

from toolkit.history.history import from_tables
from toolkit.measures.aggregation import build_cube
from toolkit.panel import Panel
from toolkit.params.history import SimulatedParams
from toolkit.synthetic.company import simulate

CUSTOMERS, SEED = 300, 20261122


@cache
def small_company() -> Panel:
    """The panel of a company of a few hundred customers; made once."""
    company = simulate(CUSTOMERS, SEED)
    params = SimulatedParams(kind="simulated", customers=CUSTOMERS, seed=SEED)
    history = from_tables(company.tables, params, fiscal_start_month=1)
    cube = build_cube(
        history.transactions, quarters=history.quarters, fiscal_start_month=1, returns=history.returns
    )
    return Panel(cube, history.tables)
