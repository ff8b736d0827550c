"""An extension put to every promise, on the built-in history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from toolkit.errors import GradelabError, ParameterError
from toolkit.measures.attributes import find_attribute
from toolkit.measures.registry import MEASURES, find
from toolkit.panel import Panel
from toolkit.params.extensions import Extension
from toolkit.params.schemes import OwnParams, parts
from toolkit.promises import of_attributes, of_measures, of_schemes
from toolkit.promises.world import small_company
from toolkit.schemes.build import build_scheme
from toolkit.terms import Label

WINDOW = 4


@dataclass(frozen=True, slots=True)
class Broken:
    """One promise that does not hold.

    Attributes
    ----------
    promise : Label
    found : Label
    """

    promise: Label
    found: Label


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of one measure or scheme.

    Attributes
    ----------
    kind : {"measure", "attribute", "scheme"}
    name : str
    kept : tuple of Label
        Promises that hold.
    broken : tuple of Broken
    left : Label or None
        Why some promises could not be put.
    """

    kind: str
    name: str
    kept: tuple[Label, ...]
    broken: tuple[Broken, ...]
    left: Label | None = None


NO_DATA = Label(
    "自带的数据没有它要的列，只核对了说明",
    "the built-in history lacks what it needs; only the description was checked",
)
NO_EXAMPLE = Label(
    "没有方案文件用到它；与方案文件一同核对：gradelab check 文件.py 方案.yaml",
    "no policy file uses it; check it together with one: gradelab check FILE.py POLICY.yaml",
)


def examine(
    extension: Extension, examples: Sequence[OwnParams] = (), panel: Panel | None = None
) -> tuple[Examined, ...]:
    """Put what an extension declares to the promises of the built-in measures and kinds.

    Parameters
    ----------
    extension : Extension
        Loaded.
    examples : sequence of OwnParams
        Schemes of its kinds, from policy files; a kind without an example is left with a word.
    panel : Panel, optional
        The history; by default a small simulated company.
    """
    panel = small_company() if panel is None else panel
    found = [_measure(name, panel) for name in extension.names("measure")]
    found += [_attribute(name, panel) for name in extension.names("attribute")]
    for kind in extension.names("scheme"):
        mine = [one for one in examples if one.kind == kind]
        found += [_scheme(one, panel) for one in mine] or [Examined("scheme", kind, (), (), NO_EXAMPLE)]
    return tuple(found)


def own_schemes(params: object) -> Iterator[OwnParams]:
    """Every scheme of an extension's kind inside the parameters of a policy."""
    for _, part in parts(params):
        if isinstance(part, OwnParams):
            yield part


def _measure(name: str, panel: Panel) -> Examined:
    measure = find(name)
    fits = of_measures.fits(measure, panel.cube, panel.tables)
    asked = of_measures.PROMISES if fits else {"described": of_measures.PROMISES["described"]}
    put = [(words, partial(promise, measure, panel)) for words, promise in asked.values()]
    return _put("measure", name, put, None if fits else NO_DATA)


def _attribute(name: str, panel: Panel) -> Examined:
    attribute = find_attribute(name)
    fits = not attribute.missing(panel.cube, panel.tables)
    promises = of_attributes.PROMISES
    asked = promises if fits else {"described": promises["described"]}
    put = [(words, partial(promise, attribute, panel)) for words, promise in asked.values()]
    return _put("attribute", name, put, None if fits else NO_DATA)


def _scheme(params: OwnParams, panel: Panel) -> Examined:
    names = {name: measure.label for name, measure in MEASURES.items()}
    try:
        scheme = build_scheme(params, names)
        known = panel.snapshot(panel.quarters[-2], scheme.needs, WINDOW)
    except GradelabError as error:
        told = Broken(Label("可以建成", "can be built"), Label(error.zh, error.en))
        return Examined("scheme", params.kind, (), (told,))
    asked = of_schemes.PROMISES.values()
    return _put(
        "scheme", params.kind, [(w, partial(p, scheme, params, known, names)) for w, p in asked], None
    )


def _put(kind: str, name: str, asked: list, left: Label | None) -> Examined:
    """Put promise after promise; where the extension itself fails, the rest would fail for the same reason."""
    kept, broken = [], []
    for words, promise in asked:
        found, failed = _answer(promise)
        if found is None:
            kept.append(words)
        else:
            broken.append(Broken(words, found))
        if failed:
            break
    return Examined(kind, name, tuple(kept), tuple(broken), left)


def _answer(promise: partial) -> tuple[Label | None, bool]:
    """What a promise found, and whether that was an error inside the extension."""
    try:
        return promise(), False
    except ParameterError as error:
        return Label(error.zh, error.en), True
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        return Label(f"出错（{told}）", f"fails ({told})"), True
