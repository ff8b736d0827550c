"""A small study to try things on: a simulated company of a few hundred customers, held in memory."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from toolkit.history.history import from_tables
from toolkit.measures.aggregation import build_cube
from toolkit.measures.registry import names
from toolkit.panel import Panel
from toolkit.params.study import StudyParams
from toolkit.params.study_files import read_study
from toolkit.study.history import StudyHistory
from toolkit.study.study import Study
from toolkit.synthetic.company import simulate

FILE = Path(__file__).with_name("examples") / "study.yaml"
TABLES = ("transactions", "customers", "grades", "contacts", "lists")


@cache
def example_study() -> Study:
    """A study of a simulated company of 500 customers over five years, the same every time.

    Four policies, baseline first: ``vip`` (100,000 a year), ``lower_bar`` (80,000), ``abc`` and ``points``. Nothing is
    read from or written to the disk but the parameter files beside this module. One process opens it once and hands the
    same study out again.

    Returns
    -------
    Study
        At its last complete quarter.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> study.quarter, len(study.panel.customers), [policy.id for policy in study.policies]
    (Quarter(2026Q3), 1112, ['vip', 'lower_bar', 'abc', 'points'])
    >>> study.registers["vip"].counts(study.quarter).to_dict()
    {'VIP': 133, 'basic': 370}
    """
    files = read_study(FILE, names())
    history = _history(files.study)
    return Study(files, history, history.complete[-1])


def _history(study: StudyParams) -> StudyHistory:
    """The company's tables through the door, as those of any other."""
    company = simulate(study.history.customers, study.history.seed)
    tables = {name: company.tables[name] for name in TABLES}
    month = study.fiscal_start_month
    history = from_tables(tables, study.history, fiscal_start_month=month)
    cube = build_cube(
        history.transactions, quarters=history.quarters, fiscal_start_month=month, returns=history.returns
    )
    return StudyHistory(
        panel=Panel(cube, history.tables),
        intakes=tuple(history.ledger.values()),
        files=history.files,
        first_day=history.first_day,
        last_day=history.last_day,
        unfinished=history.unfinished,
        currency=history.currency,
        truth=dict(company.truth),
        quarantine=FILE.with_name("quarantine"),
    )
