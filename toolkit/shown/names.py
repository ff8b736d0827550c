"""What classes, attributes and columns are called where results show themselves; the names are in ``names.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from toolkit.terms import UNITS, Label, Lang

OWN_UNIT = ("value", "low", "high", "wanted", "expected_error", "detectable")


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
        """``number`` of what the name says; in Chinese behind the name, which needs no measure word there.

        >>> named("", "reviews").counted("1", "en"), named("", "reviews").counted("2", "zh")
        ('1 review', '复评 2')
        """
        text = self.label.text(lang)
        if lang == "zh":
            return f"{text} {number}"
        return f"{number} {_of_one(text) if number == '1' else text}"


def _of_one(text: str) -> str:
    """A plural, first word or last, of one thing.

    >>> [_of_one(text) for text in ("quarters of horizon", "other tables", "policies", "classes")]
    ['quarter of horizon', 'other table', 'policy', 'class']
    """
    words = text.split()
    at = 0 if words[0].endswith("s") else -1
    words[at] = re.sub("(?<=ss)es$|(?<!s)s$", "", re.sub("ies$", "y", words[at]))
    return " ".join(words)


@cache
def catalogue() -> dict[str, Any]:
    """All names as written."""
    from ruamel.yaml import YAML

    return YAML(typ="safe").load(resources.files("toolkit.shown").joinpath("names.yaml").read_text("utf-8"))


def noun(thing: object, lang: Lang) -> str:
    """What a result is called."""
    name = type(thing).__name__
    zh, en = catalogue()["results"].get(name, (name, name))
    return zh if lang == "zh" else en


def named(owner: object, name: str) -> Named:
    """The name of an attribute; as written in code where it has no other.

    >>> named("", "retained").text("en"), named("", "r_17").text("en")
    ('retained', 'r 17')
    """
    name = name.rpartition(".")[2]
    return _named(owner, name, catalogue()["attributes"])


def column_named(owner: object, name: str) -> Named:
    """The name of a column of a frame of ``owner``."""
    known = catalogue()["columns"]
    there = f"{type(owner).__name__}.{name}" in known or name in known
    return _named(owner, name, known if there else catalogue()["attributes"])


def has_own_columns(owner: object, attribute: str) -> bool:
    """Whether the columns of a frame carry names of the company, which are shown as they are."""
    return f"{type(owner).__name__}.{attribute}" in catalogue()["own_columns"]


def is_record(attribute: str) -> bool:
    """Whether ``attribute`` holds records about customers, which are counted and not shown."""
    return attribute in catalogue()["records"]


def worded(name: str, value: object, lang: Lang) -> object:
    """The word for a code under the attribute or column ``name``, in English where the code will not do; else ``value``.

    >>> worded("verdict", "adopt", "zh"), worded("verdict", "adopt", "en"), worded("net", 3, "zh")
    ('采用', 'adopt', 3)
    """
    if not isinstance(value, str):
        return value
    word = catalogue()["codes"].get(name.rpartition(".")[2], {}).get(str(value), value)
    if isinstance(word, list):
        return word[0] if lang == "zh" else word[1]
    return word if lang == "zh" else value


def _named(owner: object, name: str, known: dict[str, list[str]]) -> Named:
    found = known.get(f"{type(owner).__name__}.{name}") or known.get(name)
    if found is None:
        return Named(Label(name.replace("_", " "), name.replace("_", " ")))
    zh, en, *more = found
    own = getattr(owner, "unit", "") if name in OWN_UNIT else ""
    unit = own if own in UNITS else next((one for one in more if one != "counts"), "")
    return Named(Label(zh, en), unit, "counts" in more)
