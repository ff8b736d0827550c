"""The methods that a report used, in words and formulas; all of them stand in ``methods.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ruamel.yaml import YAML

from toolkit.reporting.words import word
from toolkit.study import Study
from toolkit.terms import Label, Lang, without_gaps

WORDS = ("title", "estimates", "holds", "checked")
CONTRACTUAL = "contractual"


@dataclass(frozen=True, slots=True)
class Method:
    """One way to estimate something.

    Attributes
    ----------
    id : str
    title, estimates, holds, checked : Label
        Its name, what it estimates, what must be true, and where a report checks that.
    formula : str
        TeX.
    source : str
        Who found it.
    """

    id: str
    title: Label
    estimates: Label
    holds: Label
    checked: Label
    formula: str
    source: str

    def text(self, lang: Lang) -> str:
        """The method as Markdown, under a heading of the third level."""
        told = [
            f"**{word(f'methods.{name}', lang)}** {said}"
            for name, said in (
                ("holds", self.holds.text(lang)),
                ("checked", self.checked.text(lang)),
                ("source", self.source),
            )
        ]
        return "\n\n".join(
            [f"### {self.title.text(lang)}", self.estimates.text(lang), f"$$\n{self.formula}\n$$", *told]
        )


@cache
def methods() -> Mapping[str, Method]:
    """Every method by id, in the order of the report's questions."""
    text = resources.files("toolkit.reporting").joinpath("methods.yaml").read_text("utf-8")
    table = YAML(typ="safe", pure=True).load(text)
    return {
        id: Method(
            id,
            *(Label(without_gaps(one[name]["zh"]), one[name]["en"]) for name in WORDS),
            one["formula"],
            one["source"],
        )
        for id, one in table.items()
    }


def methods_used(study: Study) -> tuple[Method, ...]:
    """The methods behind the figures of this report, in the order of its questions.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [method.id for method in toolkit.methods_used(study)][:4]
    ['bought_in', 'bought_within', 'survival', 'cutoff']
    """
    used = set(_used(study))
    return tuple(method for id, method in methods().items() if id in used)


def _used(study: Study) -> Iterator[str]:
    params, staying = study.params, study.staying
    yield from (one.kind for one in study.definitions)
    if staying.survival is not None:
        yield "survival"
    if study.programme is not None:
        yield "cutoff"
    yield from (one.design for one in params.designs)
    yield from ("comparison", "cost")
    if any(change.break_even is not None for change in study.comparison.changes):
        yield "break_even"
    if study.choice is not None:
        yield "choice"
    if params.hotline is not None:
        yield "hotline"
    if staying.forecast is not None:
        yield "contracts" if params.relationship == CONTRACTUAL else "purchases"
