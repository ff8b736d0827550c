"""How results show themselves: one short line, and tables that are escaped, bilingual and small."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

import toolkit
from toolkit.shown import shown
from toolkit.shown.names import catalogue
from toolkit.shown.page import attributes, page
from toolkit.terms import UNITS, Label

HOSTILE = "<b>&"
CAUSAL = re.compile(r"\beffects?\b|影响|效果", re.IGNORECASE)
HAN = re.compile(r"[\u4e00-\u9fff]")
ENTERED = ("Serving", "Staying", "StudyHotline")
OURS = re.compile(r"\b[A-Z]\w+")
NO_RESULT = {"DataFrame", "Series", "Label", "Quarter", "PolicyParams", "Path", "Window", "Node", "Graded"}
"""What public functions return besides results: frames, words, and parameters with a form of their own."""


def shown_classes() -> dict[str, type]:
    """Every class that the decorator was given to, by module and name."""
    found = {}
    for module in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
        if not module.name.startswith(
            ("toolkit.run", "toolkit.__main__", "toolkit.cli", "toolkit.reporting")
        ):
            held = vars(importlib.import_module(module.name)).values()
            found |= {f"{one.__module__}.{one.__name__}": one for one in held if inspect.isclass(one)
                      and "_repr_line_" in vars(one)}  # fmt: skip
    return {name: one for name, one in found.items() if name.startswith("toolkit.")}


CLASSES = shown_classes()


def inside(thing: object) -> Iterator[object]:
    """What a result holds: fields of a dataclass, entries of a mapping or tuple."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        yield from (getattr(thing, one.name) for one in dataclasses.fields(thing))
    elif isinstance(thing, Mapping):
        yield from thing.values()
    elif isinstance(thing, tuple | list):
        yield from thing[:5]


def asked(thing: object) -> Iterator[object]:
    """What the properties of a study, or of a part of one, answer."""
    for kind in type(thing).__mro__:
        for name, one in vars(kind).items():
            if isinstance(one, property | cached_property) and name[0] != "_":
                found = getattr(thing, name)
                yield found
                if type(found).__name__ in ENTERED:
                    yield from asked(found)


@pytest.fixture(scope="module")
def results() -> dict[str, object]:
    """One instance of every class that the example study holds or computes, and some made by hand."""
    study = toolkit.example_study()
    waiting, seen, found = [study, *asked(study), *by_hand()], {}, {}
    while waiting:
        one = waiting.pop(0)
        if id(one) not in seen:
            seen[id(one)] = one
            if hasattr(one, "_repr_line_"):
                found.setdefault(f"{type(one).__module__}.{type(one).__name__}", one)
            waiting += inside(one)
    return found


def by_hand() -> list[object]:
    """Results that the example study does not hold."""
    from toolkit.track.resolution import Observation

    made, label = toolkit.Quarter.parse("2025Q3"), Label("留存率", "retention")
    claim = toolkit.Claim("VIP", "retained", made, made + 4, 0.8, "share", label, low=0.7, high=0.9)
    seen = toolkit.resolved(claim, Observation(0.85))
    pairs = np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    log = toolkit.LoggedDecisions(np.array([1.0, 0.0] * 50), np.array(["a", "b"] * 50), {"a": 0.5, "b": 0.5})
    return [
        claim,
        seen,
        toolkit.calibrate([seen]),
        toolkit.pairwise_weights(pairs, ["spend", "orders", "tenure"]),
        toolkit.evaluate_policy(log, "a", "b"),
        toolkit.hotline.ErlangC.of(toolkit.hotline.Calls(100, 180), 7),
        toolkit.search.Leaf(True),
        toolkit.somers_d([[1, 2], [3, 4]]),
    ]


def texts(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text(" ")


def test_most_classes_are_looked_at(results):
    assert len(results) >= 95 and results.keys() <= CLASSES.keys()


def test_every_result_of_a_public_function_shows_itself():
    """By the annotation of what it returns; frames, words and parameters have a form of their own."""
    known = {name.rpartition(".")[2] for name in CLASSES}
    rooms = {"outcomes", "effects", "comparison", "recommendation", "service", "hotline", "weights", "search",
             "pilots", "track", "forecasts", "register", "policy", "panel", "measures", "explanation"}  # fmt: skip
    missing = {}
    for room in rooms:
        for name in toolkit.SURFACE[room]:
            held = getattr(toolkit, name)
            for one in [getattr(held, n) for n in held.__all__] if inspect.ismodule(held) else [held]:
                if inspect.isfunction(one):
                    returned = set(OURS.findall(str(inspect.signature(one).return_annotation)))
                    bare = returned - known - NO_RESULT - {"None", "Mapping", "Any"}
                    if bare:
                        missing[f"{room}.{one.__name__}"] = bare
    assert missing == {}


def test_the_line_is_one_short_line_without_arrays(results):
    for name, one in results.items():
        line = repr(one)
        assert len(line) <= 120 and "\n" not in line and "array(" not in line and "dtype" not in line, name
        assert line.startswith(f"{type(one).__name__}(") and line.endswith(")"), name


def test_the_line_is_the_same_in_every_language(results, monkeypatch):
    for one in list(results.values())[:20]:
        told = set()
        for lang in ("zh", "en"):
            monkeypatch.setenv("GRADELAB_LANG", lang)
            told.add(repr(one))
        assert len(told) == 1


def test_the_page_is_small_sound_and_in_the_language_of_the_reader(results, monkeypatch):
    for name, one in results.items():
        told = {}
        for lang in ("zh", "en"):
            monkeypatch.setenv("GRADELAB_LANG", lang)
            html = one._repr_html_()
            soup = BeautifulSoup(html, "html.parser")
            assert str(soup).count("<") == html.count("<") and len(html) < 50_000, name
            for table in soup.find_all("table"):
                assert len({len(row.find_all(["th", "td"])) for row in table.find_all("tr")}) == 1, name
            assert not soup.find_all(["style", "script", "svg", "img"]), name
            told[lang] = texts(html)
        assert told["zh"] != told["en"] and HAN.search(told["zh"]), name


def test_rows_beyond_the_tenth_are_counted():
    frame = pd.DataFrame({"share": np.linspace(0, 1, 5_012)})
    rows = BeautifulSoup(page(Told("a", frame), "en"), "html.parser").find_all("table")[-1]
    assert "10 rows … of 5,012" in rows.caption.get_text() and len(rows.find_all("tr")) == 11
    assert "前 10 行，共 5,012 行" in page(Told("a", frame), "zh")


def test_figures_stand_to_the_right_in_their_units():
    frame = pd.DataFrame({"grade": ["VIP", "basic"], "share": [0.256, -0.5], "customers": [5012, 3]})
    soup = BeautifulSoup(page(Told("a", frame), "en"), "html.parser")
    cells = {cell.get_text(): cell["style"] for cell in soup.find_all("td")}
    assert cells["25.6%"] == cells["−50.0%"] == cells["5,012"] == "text-align:right"
    assert soup.find("th", string="VIP")["style"] == "text-align:left"


@shown("policy")
@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    policy: str
    frame: pd.DataFrame


def hostile(one: object) -> object:
    """The same with every name, word, label and cell of words replaced by markup."""
    made = copy.copy(one)
    for field in dataclasses.fields(one):
        value = getattr(one, field.name)
        if field.name != "unit" and field.type in ("str", "str | None"):
            value = HOSTILE
        elif isinstance(value, Label):
            value = Label(HOSTILE, HOSTILE)
        elif field.type == "tuple[str, ...]":
            value = tuple(HOSTILE for _ in value)
        elif isinstance(value, pd.DataFrame):
            words = len(value.select_dtypes("number").columns) < value.shape[1]
            value = value.assign(**{HOSTILE: HOSTILE}) if words else value.copy()
            value.index.name = HOSTILE if value.index.nlevels == 1 else value.index.name
        elif isinstance(value, Mapping):
            value = {HOSTILE if isinstance(key, str) else key: entry for key, entry in value.items()}
        object.__setattr__(made, field.name, value)
    return made


def test_names_are_data_and_never_markup(results):
    shown_somewhere = 0
    for name, one in results.items():
        made = one if "study.study" in name else hostile(one)
        for lang in ("zh", "en"):
            html = page(made, lang)
            assert BeautifulSoup(html, "html.parser").find("b") is None and HOSTILE not in html, name
            shown_somewhere += "&lt;b&gt;&amp;" in html
        assert len(repr(made)) <= 120, name
    assert shown_somewhere > 120


def test_a_name_with_a_break_stays_in_its_line():
    assert repr(Told("gold\nclass\u202e\x00" + "x" * 500, pd.DataFrame())).count("\n") == 0
    assert len(repr(Told("x" * 500, pd.DataFrame()))) == 120


def test_records_about_customers_are_counted_and_not_shown(results):
    panel = next(one for name, one in results.items() if name.endswith("panel.Panel"))
    proposal = next(one for name, one in results.items() if name.endswith("PilotProposal"))
    for one in (panel, proposal):
        for lang in ("zh", "en"):
            html = page(one, lang)
            assert not any(str(customer) in html for customer in panel.customers)
    assert f"customers {len(panel.tables['customers']):,} ×" in texts(page(panel, "en"))


def test_showing_a_study_computes_nothing():
    study = toolkit.example_study()
    fresh = type(study)(study.files, study.history, study.quarter)
    before = set(vars(fresh))
    assert repr(fresh) and page(fresh, "zh") and page(fresh, "en")
    assert set(vars(fresh)) - before <= {"params", "currency"}


def test_the_word_effect_belongs_to_what_carries_a_design(results):
    """Names of results, attributes, columns and codes; and what results of other rooms print."""
    names = catalogue()
    said = [(kind, name, *words[:2]) for kind in ("results", "attributes", "columns")
            for name, words in names[kind].items() if name != "Effect"]  # fmt: skip
    assert [entry for entry in said if CAUSAL.search(" ".join(entry[2:]))] == []
    for name, one in results.items():
        if "toolkit.effects" not in name:
            assert not CAUSAL.search(repr(one)), name
    effect = next(one for name, one in results.items() if name.endswith("effect.Effect"))
    assert repr(effect).startswith(f"Effect({effect.design}, ")


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_everything_shown_has_a_name_in_both_languages(name):
    one, known = CLASSES[name], catalogue()
    noun = known["results"][one.__name__]
    assert HAN.search(noun[0]) or noun[0].isascii()
    blank = type(
        "Blank", (), {"_repr_line_": one._repr_line_, "__dataclass_fields__": one.__dataclass_fields__}
    )
    for attribute in attributes(blank):
        last = attribute.rpartition(".")[2]
        zh, en, *more = known["attributes"].get(f"{one.__name__}.{last}") or known["attributes"][last]
        assert HAN.search(zh) and not HAN.search(en), attribute
        assert set(more) <= {*UNITS, "counts"}, attribute


def test_a_result_still_travels(results):
    """The decorator leaves equality, hashing, slots and pickling alone."""
    import pickle

    claim = next(one for name, one in results.items() if name.endswith("claim.Claim"))
    assert pickle.loads(pickle.dumps(claim)) == claim and not hasattr(claim, "__dict__")
