"""Which factors of the catalogue a history can supply, by what, and what would supply the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.measures.attributes import ATTRIBUTES, Attribute
from toolkit.measures.cube import Cube
from toolkit.measures.factors import FACTORS
from toolkit.measures.needs import Tables
from toolkit.measures.registry import MEASURES, Measure
from toolkit.terms import Label

if TYPE_CHECKING:
    import pandas as pd

Entry = Measure | Attribute

COLUMNS = (
    "zh",
    "en",
    "kind",
    "id",
    "available",
    "missing",
    "proxy",
    "dated",
    "unit",
    "better",
    "note_zh",
    "note_en",
    "others",
)


def entries(factor: str) -> tuple[Entry, ...]:
    """Measures and attributes of ``factor``: those that are no proxy first, then in the order of registration."""
    found = [entry for entry in (*MEASURES.values(), *ATTRIBUTES.values()) if entry.factor == factor]
    return tuple(sorted(found, key=lambda entry: entry.about.proxy))


def factor_coverage(cube: Cube, tables: Tables) -> pd.DataFrame:
    """What stands for every factor of the catalogue in this history.

    Of several measures and attributes of one factor the first available one stands, proxies last; where
    none is available, the first one, with what it lacks.

    Returns
    -------
    DataFrame, index ``factor`` (F01 to F77), columns ``zh``, ``en`` (name), ``kind`` (measure or attribute),
    ``id``, ``available`` (bool), ``missing`` (what would supply it, ``table.column``, comma separated; empty
    where available), ``proxy`` (bool), ``dated`` (bool; False: as recorded today), ``unit`` (key of UNITS;
    text for attributes), ``better`` (higher, lower or empty), ``note_zh``, ``note_en`` (definition, and for
    a proxy of what), ``others`` (ids of the other available ones, comma separated).

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.factor_coverage(study.panel.cube, study.panel.tables)
    >>> int(found["available"].sum()), len(found)
    (75, 77)
    >>> found.loc[~found["available"], ["en", "missing"]].head(3)
                               en                                            missing
    factor
    F17     timeliness of payment  payments.due_on, payments.paid_on, payments.am...
    F18                   arrears  payments.due_on, payments.paid_on, payments.am...
    """
    import pandas as pd

    rows = [_row(name, entries(factor), (cube, tables)) for factor, name in FACTORS.items()]
    index = pd.Index(list(FACTORS), dtype="str", name="factor")
    return pd.DataFrame(rows, index=index, columns=list(COLUMNS))


def _row(name: Label, candidates: tuple[Entry, ...], history: tuple[Cube, Tables]) -> tuple:
    lacking = {entry.id: entry.missing(*history) for entry in candidates}
    able = [entry for entry in candidates if not lacking[entry.id]]
    best = able[0] if able else candidates[0]
    is_measure = isinstance(best, Measure)
    about = best.about
    return (
        name.zh,
        name.en,
        "measure" if is_measure else "attribute",
        best.id,
        bool(able),
        "" if able else ", ".join(lacking[best.id]),
        about.proxy,
        about.dated,
        best.unit if is_measure else "text",
        best.better if is_measure else best.classes.better or "",
        about.note.zh,
        about.note.en,
        ", ".join(entry.id for entry in able[1:]),
    )
