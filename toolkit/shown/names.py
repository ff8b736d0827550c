"""What classes, attributes and columns are called where results show themselves; the names are in ``names.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from toolkit.terms import UNITS, Label, Lang

OWN_UNIT = ("value", "low", "high", "wanted")


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages with the unit of what it names.

    Attributes
    ----------
    label : Label
    unit : str
        A key of :data:`toolkit.terms.UNITS`; empty where the figure is plain.
    counts : bool
        Whether a whole number under this name counts what the name says, as in "12 quarters".
    """

    label: Label
    unit: str = ""
    counts: bool = False

    def text(self, lang: Lang) -> str:
        return self.label.text(lang)

    def counted(self, number: str, lang: Lang) -> str:
        """The name behind ``number``.

        >>> named("", "grades").counted("1", "en"), named("", "grades").counted("2", "en")
        ('grade', 'grades')
        """
        text = self.label.text(lang)
        one = lang == "en" and number == "1"
        return text.removesuffix("s") if one and not text.endswith("ies") else text


@cache
def catalogue() -> dict[str, dict[str, list[str]]]:
    """All names as written."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(resources.files("toolkit.shown").joinpath("names.yaml").read_text("utf-8"))


def noun(thing: object, lang: Lang) -> str:
    """What a result is called."""
    name = type(thing).__name__
    zh, en = catalogue()["results"].get(name, (name, name))
    return zh if lang == "zh" else en


def named(owner: object, name: str) -> Named:
    """The name of an attribute or a column; as written in code where it has no other.

    >>> named("", "retained").text("en"), named("", "r_17").text("en")
    ('retained', 'r 17')
    """
    known, name = catalogue()["attributes"], name.rpartition(".")[2]
    found = known.get(f"{type(owner).__name__}.{name}") or known.get(name)
    if found is None:
        return Named(Label(name.replace("_", " "), name.replace("_", " ")))
    zh, en, *more = found
    own = getattr(owner, "unit", "") if name in OWN_UNIT else ""
    unit = next((one for one in more if one != "counts"), own if own in UNITS else "")
    return Named(Label(zh, en), unit, "counts" in more)
