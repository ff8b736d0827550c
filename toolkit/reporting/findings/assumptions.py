"""The assumptions log of a report: where each stands, and whether the net value hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.params.assumption_log import Assumption, assumption_log
from toolkit.params.origins import DEFAULT, resolved_origins
from toolkit.params.resolved import resolved_parameters
from toolkit.params.study_files import StudyFiles
from toolkit.reporting.facts import Fact
from toolkit.reporting.findings.standing import tornado_shown
from toolkit.study import Study
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class Logged:
    """An assumption with where it stands and what hangs on it.

    Attributes
    ----------
    assumption : Assumption
    origin : str
        ``file:line``; ``default`` where no file says it.
    rank : int or None
        Place of its input among those on which the net value hangs, widest first; None where it is not among them.
    flips : bool
        Whether the net value changes its sign within the range of that input.
    """

    assumption: Assumption
    origin: str
    rank: int | None
    flips: bool

    @property
    def sourced(self) -> bool:
        """Whether a source is on record."""
        return bool(self.assumption.source) and self.origin != DEFAULT


def assumptions_logged(study: Study) -> tuple[Logged, ...]:
    """Every assumption of the study in the order of its files.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> logged = toolkit.findings.assumptions_logged(study)
    >>> len(logged), sum(one.sourced for one in logged)
    (91, 71)
    >>> logged[0].assumption.key, logged[0].assumption.value
    ('study.active_quarters', 1.0)
    """
    files = study.files
    resolved = resolved_parameters(files, files.study.quarter)
    origins = resolved_origins(files, resolved, name_of(files))
    bars = next((found[0].bars for found in tornado_shown(study).values()), None)
    places = {} if bars is None else {name: place for place, name in enumerate(bars.index, 1)}
    behaviour = name_of(files)(files.path.parent / (files.study.behaviour or ""))
    return tuple(
        Logged(
            one,
            behaviour if one.key.startswith("behaviour.") else origins.get(one.key, DEFAULT),
            places.get(one.moves),
            one.moves in places and bool(bars.loc[one.moves, "flips"]),
        )
        for one in assumption_log(files)
    )


def assumptions(logged: tuple[Logged, ...]) -> Iterator[Fact]:
    """How many assumptions there are, how many without a source, how many the net value hangs on.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.assumptions(toolkit.findings.assumptions_logged(study)))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    assumptions.count = 91
    assumptions.unsourced = 20
    assumptions.ranged = 20
    """
    for name, count, label in (
        ("count", len(logged), Label("假设", "assumptions")),
        ("unsourced", sum(not one.sourced for one in logged), Label("没有记录依据的假设", "assumptions without a source")),
        ("ranged", sum(one.assumption.low is not None for one in logged), Label("写明范围的假设", "assumptions with a range")),
        ("hanging", sum(one.rank is not None for one in logged), Label("净值取决于其所属输入的假设", "assumptions on whose input the net value hangs")),
    ):  # fmt: skip
        yield Fact(f"assumptions.{name}", count, "count", label)


def name_of(files: StudyFiles) -> Callable[[Path], str]:
    """How a parameter file is named: below the project, which holds the folder of the parameters."""
    root = next(
        (one.parent for one in files.path.resolve().parents if one.name == "params"),
        files.path.resolve().parent,
    )

    def name(path: Path) -> str:
        inside = path.resolve()
        return inside.relative_to(root).as_posix() if inside.is_relative_to(root) else path.name

    return name
