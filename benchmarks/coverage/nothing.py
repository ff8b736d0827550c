"""Whole reports of companies in which grading does nothing: what do they claim?

A company is simulated, its history aggregated and the study of the demonstration answered as a report would answer it:
the effect at the bar, the draw by lot, the verdict. *Null*: the grade changes nothing. *Permuted*: the grades on record
are dealt anew among the customers of each review, so that they are nobody's doing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import ibis
import numpy as np
import pandas as pd

from toolkit.effects.effect import Effect
from toolkit.measures.aggregation import build_cube
from toolkit.measures.registry import names
from toolkit.panel import Panel
from toolkit.params.study_files import read_study
from toolkit.recommendation.verdict import Verdict
from toolkit.reporting import findings
from toolkit.reporting.facts import Facts
from toolkit.study.history import StudyHistory
from toolkit.study.study import Study
from toolkit.synthetic.calendar import AS_OF, FIRST, LAST
from toolkit.synthetic.company import simulate
from toolkit.synthetic.world import World

DEMO = Path(__file__).resolve().parents[2] / "params" / "studies" / "demo.yaml"
CUSTOMERS = 3_000
KINDS = ("null", "permuted")
CLAIMS = ("headline", "any_definition", "lot", "adopt", "figure_in_refusal")


def claims(kind: str, seed: int) -> dict[str, bool]:
    """What the report of one company claims, by :data:`CLAIMS`."""
    tables = simulate(CUSTOMERS, seed, World(null=kind == "null")).tables
    if kind == "permuted":
        tables = tables | {"grades": dealt_anew(tables["grades"], np.random.default_rng(seed))}
    study = opened(tables)
    effects = list(study.effects.values())
    lots = [e for id, found in study.further_effects.items() if id == "mailing" for e in found.values()]
    said = Facts(study.currency)
    said.extend(findings.effect(study))
    said.extend(findings.designs(study))
    return {
        "headline": claimed(effects[:1]),
        "any_definition": claimed(effects),
        "lot": claimed(lots[:1]),
        "adopt": study.recommendation.verdict is Verdict.ADOPT,
        "figure_in_refusal": any(
            f"effect.{name}" in said for name, effect in study.effects.items() if effect.estimate is None
        ),
    }


def claimed(effects: Iterable[Effect]) -> bool:
    """Whether an interval that is shown leaves out zero."""
    return any(e.estimate is not None and not e.estimate.low <= 0 <= e.estimate.high for e in effects)


def dealt_anew(grades: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The same grades at every review, given to customers drawn at random."""
    dealt = grades.copy()
    for rows in dealt.groupby("from_on").indices.values():
        dealt.loc[dealt.index[rows], "grade"] = rng.permutation(dealt["grade"].to_numpy()[rows])
    return dealt


def opened(tables: dict[str, pd.DataFrame]) -> Study:
    """The study of the demonstration on these tables."""
    files = read_study(DEMO, names())
    quarters = tuple(FIRST + i for i in range(LAST - FIRST + 2))
    sales = tables["transactions"]
    ledger = ibis.memtable(sales.assign(is_return=sales["amount"] < 0))
    others = {name: table for name, table in tables.items() if name != "transactions"}
    history = StudyHistory(
        panel=Panel(build_cube(ledger, quarters=quarters), others),
        intakes=(),
        files=(),
        first_day=FIRST.start(),
        last_day=AS_OF,
        unfinished=(LAST + 1,),
        currency="CNY",
        truth=None,
        quarantine=DEMO.parent,
    )
    return Study(files, history, LAST)
