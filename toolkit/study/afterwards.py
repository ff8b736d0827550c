"""A study that learns about causes only from what came after a quarter, so that earlier claims meet fresh data.

Customers, policies and prices are those of the study's own quarter. Of the programme only later reviews count, of
lots only later draws, of discretion only later reviews; designs that happened once are left out, and so is
everything that is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.effects.records.programme import ProgrammeRows
from toolkit.outcomes.retained import missing_quarter
from toolkit.panel import Panel
from toolkit.params.designs import DesignParams, DiscretionParams, LotParams
from toolkit.shown import shown
from toolkit.study.study import Study
from toolkit.window import Quarter

if TYPE_CHECKING:
    from collections.abc import Iterable


@shown("params.id", "quarter", "after")
@dataclass(frozen=True, eq=False)
class Afterwards(Study):
    """The study on what came after the end of ``after``.

    Attributes
    ----------
    after : Quarter
    """

    after: Quarter = field(kw_only=True)

    @cached_property
    def programme(self) -> ProgrammeRows | None:
        """Rows of the programme's later reviews; None where none of them has a known outcome."""
        rows = super().programme
        later = later_reviews(self, rows.reviews if rows is not None else (), self.after)
        if not later:
            return None
        return rows.where(np.isin(rows.review, [rows.reviews.index(review) for review in later]))


def afterwards(study: Study, after: Quarter) -> Afterwards:
    """``study`` on what came after the end of ``after``."""
    asked = study.params.designs
    tables = dict(study.panel.tables)
    if "lists" in tables:
        tables["lists"] = _later_lots(study, tables["lists"], after)
    designs = [one for one in (_later(study, tables, each, after) for each in asked) if one is not None]
    params = study.params.model_copy(update={"designs": tuple(designs), "assumed_effects": ()})
    return Afterwards(
        files=replace(study.files, study=params),
        history=replace(study.history, panel=Panel(study.panel.cube, tables)),
        quarter=study.quarter,
        pilots_on_file=study.pilots_on_file,
        after=after,
    )


def later_reviews(study: Study, reviews: Iterable[Quarter], after: Quarter) -> tuple[Quarter, ...]:
    """Reviews after ``after`` with an outcome that is known under some definition of retention by purchase."""
    return tuple(r for r in reviews if r > after and _known(study, r))


def _known(study: Study, review: Quarter) -> bool:
    ends = study.complete[0], study.complete[-1]
    bought = [d for d in study.definitions if d.kind != "spend_kept"]
    return any(missing_quarter(definition, review, *ends) is None for definition in bought)


def _later_lots(study: Study, lists: pd.DataFrame, after: Quarter) -> pd.DataFrame:
    """The lists without the draws of the study's lots up to the end of ``after``."""
    arms = {
        arm
        for one in study.params.designs
        if isinstance(one, LotParams)
        for arm in (one.treated, one.control)
    }
    end = pd.Timestamp(after.end(study.params.fiscal_start_month))
    return lists[~(lists["list"].isin(arms) & (pd.to_datetime(lists["from_on"]) < end))]


def _later(
    study: Study, tables: dict[str, pd.DataFrame], asked: DesignParams, after: Quarter
) -> DesignParams | None:
    """The design on later records; None where there are none."""
    if isinstance(asked, LotParams):
        return asked if {asked.treated, asked.control} <= set(tables["lists"]["list"]) else None
    if not isinstance(asked, DiscretionParams):
        return None
    since = Quarter.parse(asked.since)
    first = since + max(0, (after - since) // asked.every_quarters + 1) * asked.every_quarters
    return asked.model_copy(update={"since": str(first)}) if _known(study, first) else None
