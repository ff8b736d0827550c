"""Whom each alternative of a study moves, in which segments, and how many grades hang on a last digit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.evidence import classify
from toolkit.comparison.last_digit import LastDigit, last_digit
from toolkit.comparison.movers import Because, Movers, flows, movers
from toolkit.comparison.segments import Segments, by_segment
from toolkit.errors import ParameterError
from toolkit.outcomes.scoring import Scoring
from toolkit.params.printed import printed_weights
from toolkit.policy import Policy
from toolkit.schemes.scored import ScoredScheme

if TYPE_CHECKING:
    from toolkit.study.study import Study

CUSTOMERS, ID = "customers", "customer_id"


def movers_of(study: Study) -> dict[str, Movers]:
    """Whom each alternative moves against the baseline, on the customers compared, by policy.

    Raises
    ------
    ParameterError
        Where the study names a segment that the customers table does not have.
    """
    segments = segments_of(study)
    baseline, *options = study.positions
    scales = {p.id: p.scheme.scale.grades for p in study.policies}
    found = {}
    for policy, option in zip(study.alternatives, options, strict=True):
        kind = classify(baseline, option, study.evidence, study.headline.id).kind
        place = baseline, option, study.stakes
        found[policy.id] = Movers(
            policy=policy.id,
            frame=movers(*place, _because(study, policy, kind)),
            flows=flows(*place, (scales[study.baseline.id], scales[policy.id])),
            segments=by_segment(*place, segments),
            last_digit=last_digit_of(study, policy),
        )
    return found


def segments_of(study: Study) -> Segments:
    """Values of the study's segments for every customer compared.

    Raises
    ------
    ParameterError
        For a name that is no column of words of the customers table.
    """
    wanted = study.params.segments
    table = study.panel.tables.get(CUSTOMERS)
    known = segment_names(study.panel.tables)
    if unknown := [name for name in wanted if name not in known]:
        raise ParameterError(
            zh=f"segments 中有 {len(unknown)} 项不是 customers 表中可用作分群的属性（第一项：{unknown[0]}）；可用的有："
            f"{'、'.join(known) or '无'}。请改用其中之一，或在 history.tables.customers 中补上这一列。",
            en=f"{len(unknown)} of the segments are no attribute of the customers table that can be used (first: "
            f"{unknown[0]}); known are: {', '.join(known) or 'none'}. Use one of these, or add the column to "
            "history.tables.customers.",
        )
    if not wanted:
        return Segments({})
    rows = table.drop_duplicates(ID, keep="last").set_index(ID).reindex(study.customers)
    return Segments({name: rows[name].astype(object).to_numpy() for name in wanted})


def segment_names(tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Columns of the customers table that hold words or flags; empty where there is no such table."""
    table = tables.get(CUSTOMERS)
    if table is None:
        return ()
    return tuple(
        str(name)
        for name, column in table.items()
        if name != ID and not pd.api.types.is_datetime64_any_dtype(column) and _is_word(column)
    )


def last_digit_of(study: Study, policy: Policy) -> LastDigit | None:
    """Grades that hang on the last digit of a weight, at the policy's latest review; None without printed weights."""
    register = study.registers[policy.id]
    printed = printed_weights(study.files.files, policy.params)
    if printed is None or not isinstance(register.scheme, ScoredScheme):
        return None
    review, scoring = register.reviews[-1], Scoring(policy, register, study.panel)
    known = study.panel.snapshot(
        review, scoring.scheme.needs, policy.review.window_quarters, register.active_quarters
    )
    graded = register.customers[register.earned[:, register.column(review)] >= 0]
    known = known[known.index.isin(graded) & known.index.isin(study.customers)]
    margin = pd.Series(study.stakes.margin, index=study.customers).reindex(known.index)
    return last_digit(policy.id, scoring.scheme, printed, known, margin.to_numpy())


def _because(study: Study, policy: Policy, kind: np.ndarray) -> Because:
    register = study.registers[policy.id]
    codes = register.at(study.quarter)["because"].cat.codes.loc[study.customers].to_numpy()
    reasons = list(register.reasons.values())
    zh, en = (
        np.array([reason.text(lang) for reason in reasons], dtype=object)[codes] for lang in ("zh", "en")
    )
    return Because(zh, en, kind)


def _is_word(column: pd.Series) -> bool:
    types = pd.api.types
    return (
        types.is_bool_dtype(column)
        or types.is_object_dtype(column)
        or isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype)
    )
