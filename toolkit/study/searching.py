"""The searches of a study: candidates walked on its history, compared under its evidence, the best one chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.comparison.choice import Half, valued_on_both
from toolkit.comparison.comparison import Comparison
from toolkit.errors import HistoryError, ParameterError
from toolkit.params.search import SearchParams
from toolkit.register import Register
from toolkit.search.family import Candidate, Family, family
from toolkit.search.searched import Searched, Weighed, choose
from toolkit.study.beside import beside, compared, out_of_reach, walked
from toolkit.study.evidence import halves_of
from toolkit.study.shallow import shallow_of
from toolkit.terms import Label

if TYPE_CHECKING:
    from toolkit.study.study import Study


def searches_of(study: Study) -> tuple[Searched, ...]:
    """What every search of the study found, in the order of the file; empty where it has none."""
    return tuple(
        shallow_of(study, asked) if asked.shallow is not None else _family_of(study, asked)
        for asked in study.params.search
    )


def _family_of(study: Study, asked: SearchParams) -> Searched:
    effective = study.quarter.end(study.params.fiscal_start_month)
    found, registers = _runnable(study, family(asked, study.files.templates[asked.id], effective))
    other = beside(study, [one.params for one in found.candidates], registers)
    whole, share = compared(other), study.files.rule.adopt_identified_share
    out = out_of_reach(other, whole)
    halves = _halves(other, whole.excluding(out), share)
    return choose(asked.title.label(), asked.id, found, Weighed(whole, halves, out, share))


def _runnable(study: Study, found: Family) -> tuple[Family, dict[str, Register]]:
    """The candidates that this history can run, with their registers; the others join the invalid ones."""
    ran: list[Candidate] = []
    registers: dict[str, Register] = {}
    refused = list(found.invalid)
    for candidate in found.candidates:
        try:
            registers[candidate.params.id] = walked(study, candidate.params)
            ran.append(candidate)
        except (HistoryError, ParameterError) as error:
            refused.append((candidate.knobs, Label(error.zh, error.en)))
    return replace(found, candidates=tuple(ran), invalid=tuple(refused)), registers


def _halves(study: Study, whole: Comparison, share: float) -> Sequence[Half]:
    """Both halves of the customers, where they can value a candidate that may win; else none."""
    ranked = {change.policy for change in whole.rankable(share)}
    if not ranked:
        return ()
    halves = halves_of(study)
    return halves if ranked & set(valued_on_both(halves, whole)) else ()
