"""The draw itself: who stands on which list."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.pilots.design import Design
from toolkit.pilots.question import OpenQuestion
from toolkit.spreadsheet import FORMULA

COLUMNS = ("customer_id", "list", "from_on", "to_on")
CELLS = 4
RUN = re.compile(f"'*[{re.escape(''.join(FORMULA))}]")


@dataclass(frozen=True, slots=True)
class Lists:
    """Names of the lists, and the days on which they begin and end.

    Attributes
    ----------
    served, not_served : str
    between : tuple of (list, first day)
        Batches between the first and the last, in order.
    starts_on, ends_on : date
    """

    served: str
    not_served: str
    starts_on: date
    ends_on: date
    between: tuple[tuple[str, date], ...] = ()


def draw_lots(question: OpenQuestion, design: Design, lists: Lists, seed: int) -> pd.DataFrame:
    """Draw, and write down who stands where.

    Lots are drawn within direction, and within cells of the score in a band: one half of every stratum, to the
    customer where it is even, is served.

    Returns
    -------
    DataFrame, columns :data:`COLUMNS`, one row per customer drawn, in the order of the customers

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> proposal = study.pilots[0]
    >>> begins, ends = proposal.params.starts_on, proposal.params.ends_on
    >>> lists = toolkit.pilots.Lists("served", "not_served", begins, ends)
    >>> lots = toolkit.pilots.draw_lots(proposal.question, proposal.chosen.design, lists, seed=1)
    >>> lots["list"].value_counts().to_dict()
    {'not_served': 29, 'served': 29}
    """
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(design.drawn)
    batches = max(len(design.waves), 2)
    if design.cluster is not None:
        batch = _whole_branches(question, design, rows, rng)
    else:
        batch = deal(_strata(question, design)[rows], batches, rng)
    names = [lists.served, *(name for name, _ in lists.between), lists.not_served]
    days = [lists.starts_on, *(day for _, day in lists.between), lists.starts_on]
    return pd.DataFrame(
        {
            "customer_id": question.customers[rows].astype(str),
            "list": np.array(names, dtype=object)[batch],
            "from_on": np.array(days, dtype=object)[batch],
            "to_on": lists.ends_on,
        },
        columns=list(COLUMNS),
    )


def deal(stratum: np.ndarray, batches: int, rng: np.random.Generator) -> np.ndarray:
    """Batch 0, 1, ... of every row: as many of each as can be, in every stratum and over all.

    Parameters
    ----------
    stratum : array of int, shape (n,)
    batches : int
    rng : Generator

    Returns
    -------
    array of int, shape (n,)
    """
    order = np.lexsort([rng.random(len(stratum)), stratum])
    dealt = np.empty(len(stratum), dtype=int)
    turns = rng.permutation(batches)
    dealt[order] = turns[np.arange(len(stratum)) % batches]
    return dealt


def lots_csv(frame: pd.DataFrame) -> str:
    """The lists as CSV, safe to open in a spreadsheet; days as 2027-01-01.

    An identifier that a spreadsheet would run has an apostrophe in front, and so has one that would read like it;
    any other stands as it is. :func:`read_lots` gives all of them back.

    Examples
    --------
    >>> import toolkit
    >>> lots = toolkit.example_study().pilots[0].lots
    >>> text = toolkit.pilots.lots_csv(lots)
    >>> text.splitlines()[0], len(text.splitlines()) - len(lots)
    ('customer_id,list,from_on,to_on', 1)
    """
    text = frame.map(_written)
    broken = text.map(lambda cell: isinstance(cell, str) and "\r" in cell).to_numpy().any()
    return text.to_csv(
        index=False, lineterminator="\n", quoting=csv.QUOTE_ALL if broken else csv.QUOTE_MINIMAL
    )


def read_lots(path: Path) -> pd.DataFrame:
    """What :func:`lots_csv` wrote, every cell as text, identifiers as they truly are.

    Examples
    --------
    >>> import tempfile, toolkit
    >>> from pathlib import Path
    >>> lots = toolkit.example_study().pilots[0].lots
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "lots.csv"
    ...     _ = file.write_text(toolkit.pilots.lots_csv(lots), "utf-8")
    ...     toolkit.pilots.read_lots(file)["list"].value_counts().tolist()
    [29, 29]
    """
    frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    return frame.map(_read)


def _written(value: object) -> object:
    """
    >>> _written("=1"), _written("'=1"), _written("'t Hooft"), _written("007")
    ("'=1", "''=1", "'t Hooft", '007')
    """
    return f"'{value}" if isinstance(value, str) and RUN.match(value) else value


def _read(text: str) -> str:
    """
    >>> _read("'=1"), _read("''=1"), _read("'t Hooft"), _read("-1")
    ('=1', "'=1", "'t Hooft", '-1')
    """
    return text[1:] if text.startswith("'") and RUN.match(text) else text


def _strata(question: OpenQuestion, design: Design) -> np.ndarray:
    """Direction of the switch, package held today and, in a band, cell of the score; int, shape (n,)."""
    stratum = 2 * (question.direction + 1) + question.held
    if design.band is None or question.score is None:
        return stratum
    low, high = design.band
    cell = np.clip((question.score.ratio - low) / (high - low) * CELLS, 0, CELLS - 1).astype(int)
    return stratum * CELLS + cell


def _whole_branches(
    question: OpenQuestion, design: Design, rows: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Batch of each row: the raised of the branches drawn are served, and the lowered of the others."""
    branch = next(one.of for one in question.groupings if one.name == design.cluster)[rows].astype(str)
    names, place, sizes = np.unique(branch, return_inverse=True, return_counts=True)
    pairs = np.empty(len(names), dtype=int)
    pairs[np.lexsort([np.arange(len(names)), -sizes])] = np.arange(len(names)) // 2
    batch = deal(pairs, 2, rng)[place]
    return np.where(question.direction[rows] < 0, 1 - batch, batch)


def counts(frame: pd.DataFrame) -> Mapping[str, int]:
    """Customers on each list."""
    return {str(name): int(n) for name, n in frame["list"].value_counts(sort=False).items()}
