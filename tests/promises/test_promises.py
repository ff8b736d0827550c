"""What every measure and kind of scheme promises: kept by all that are built in, and each breach is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from toolkit.grades import Grading
from toolkit.measures import MEASURES, About, Measure
from toolkit.measures.attributes import ATTRIBUTES, Attribute, Classes
from toolkit.params.schemes import KINDS as KINDS_KNOWN
from toolkit.params.schemes import AttributeNeed, EventNeed, MeasureNeed, OwnParams, SchemeParams
from toolkit.params.strict import described
from toolkit.promises import of_attributes, of_measures, of_schemes
from toolkit.promises.examination import examine
from toolkit.promises.world import small_company
from toolkit.schemes.build import build_scheme
from toolkit.schemes.extended import OwnRule
from toolkit.schemes.scheme import assemble
from toolkit.terms import Label

KINDS: dict[str, dict] = YAML(typ="safe").load(
    (Path(__file__).parents[1] / "schemes" / "kinds.yaml").read_text("utf-8")
)
NAMES = {name: measure.label for name, measure in MEASURES.items()}
NOTE = Label("示例。", "An example.")


@pytest.fixture(scope="module")
def panel(cache):
    return small_company()


@pytest.mark.parametrize("promise", of_measures.PROMISES)
def test_every_measure_keeps_it_on_the_simulated_company(panel, promise):
    """As ``gradelab check`` asks an extension: no built-in measure breaks a promise, and all can be asked."""
    words, ask = of_measures.PROMISES[promise]
    asked = [one for one in MEASURES.values() if of_measures.fits(one, panel.cube, panel.tables)]
    assert len(asked) == len(MEASURES) >= 70
    if promise == "as_of":
        asked = asked[::9]  # the audit of every grade asks the others: tests/panel
    assert {one.id: found.en for one in asked if (found := ask(one, panel))} == {}
    assert words.zh and words.en


@pytest.mark.parametrize("promise", of_attributes.PROMISES)
def test_every_attribute_keeps_it_on_the_simulated_company(panel, promise):
    """Those for which the simulated company has the tables."""
    _, ask = of_attributes.PROMISES[promise]
    asked = [one for one in ATTRIBUTES.values() if not one.missing(panel.cube, panel.tables)]
    assert len(asked) >= 5
    assert {one.id: found.en for one in asked if (found := ask(one, panel))} == {}


def test_an_attribute_that_breaks_a_promise_is_found(panel, monkeypatch):
    """Tomorrow's buyers, words drawn by lot, numbers for words, and no Chinese."""

    def attribute_of(compute, zh="示例") -> Attribute:
        made = Attribute("own", Label(zh, "own"), About("F01", NOTE), Classes(), compute)
        monkeypatch.setitem(ATTRIBUTES, "own", made)
        return made

    def tomorrow(cube, place, window, tables):
        return np.where(cube.bought()[:, min(place + 1, cube.shape[1] - 1)], "yes", "no").astype(object)

    def dice(cube, place, window, tables):
        return np.random.default_rng().choice(["yes", "no"], cube.shape[0]).astype(object)

    def one(cube, place, window, tables):
        return np.ones(cube.shape[0]).astype(object)

    assert "after the review closes" in of_attributes.as_of_its_quarter(attribute_of(tomorrow), panel).en
    assert of_attributes.same_again(attribute_of(dice), panel) is not None
    assert of_attributes.one_class_each(attribute_of(one), panel) is not None
    assert of_attributes.described(attribute_of(one, "own"), panel) is not None


def measure_of(compute, **more) -> Measure:
    """A measure that computes so."""
    about = {"factor": "F01", "note": NOTE, **more}
    return Measure("own", Label("示例", "own"), "money", "higher", About(**about), compute)


def peeks(cube, window):
    """Next quarter's purchases."""
    gross = cube.cells["gross"]
    return np.concatenate([gross[:, 1:], gross[:, -1:]], axis=1)


def throws_dice(cube, window):
    """Random."""
    return np.random.default_rng().random(cube.shape)


def counts_place(cube, window):
    """The customer's place in the list."""
    return np.repeat(np.arange(cube.shape[0], dtype=float)[:, None], cube.shape[1], axis=1) * cube.bought()


def leaves_one_out(cube, window):
    """Purchases, those of the last of the list left out."""
    return np.where(np.arange(cube.shape[0])[:, None] < cube.shape[0] - 1, cube.cells["gross"], 0)


def gives_one_to_all(cube, window):
    """One."""
    return np.ones(cube.shape)


def divides_by_nothing(cube, window):
    """Infinite without orders."""
    with np.errstate(divide="ignore"):
        return 1.0 / cube.cells["orders"]


def takes_first_row(cube, window, tables):
    """Minutes of the first contact in the order of the file."""
    first = tables["contacts"].drop_duplicates("customer_id").set_index("customer_id")["minutes"]
    return np.repeat(first.reindex(cube.customers).to_numpy(float)[:, None], cube.shape[1], axis=1)


def writes_back(cube, window, tables):
    """Purchases; the table of contacts loses a value."""
    tables["contacts"].loc[tables["contacts"].index[0], "minutes"] = np.random.default_rng().random()
    return cube.cells["gross"].astype(float)


def bare(cube, window):
    return cube.cells["gross"].astype(float)


BREACHES = {
    "shape": measure_of(divides_by_nothing),
    "same_again": measure_of(throws_dice),
    "as_of": measure_of(peeks),
    "rows": measure_of(takes_first_row, needs=("contacts.minutes",)),
    "customers": measure_of(counts_place),
    "nobody": measure_of(gives_one_to_all),
    "described": measure_of(bare),
}


@pytest.mark.parametrize("promise", of_measures.PROMISES)
def test_a_measure_that_breaks_it_is_found(panel, promise, monkeypatch):
    """One breach for each promise; in Chinese and English."""
    monkeypatch.setitem(MEASURES, "own", BREACHES[promise])
    found = of_measures.PROMISES[promise][1](BREACHES[promise], panel)
    assert found is not None and found.zh != found.en


def test_more_breaches(panel):
    """One who decides by what is next to it in the list, and one that changes the history."""
    assert of_measures.nothing_for_nobody(measure_of(leaves_one_out), panel) is not None
    kept = {name: table.copy() for name, table in panel.tables.items()}
    assert of_measures.same_again(measure_of(writes_back, needs=("contacts.minutes",)), panel) is not None
    panel.tables["contacts"].loc[:, "minutes"] = kept["contacts"]["minutes"]


def known_for(scheme, panel) -> pd.DataFrame | None:
    """What the simulated company says of the columns; None where a case of kinds.yaml has its own words."""
    plain = all(isinstance(need, MeasureNeed | EventNeed) for need in scheme.needs)
    listed = all(not isinstance(need, AttributeNeed) or need.attribute in ATTRIBUTES for need in scheme.needs)
    return panel.snapshot(panel.quarters[-2], scheme.needs, 4) if plain and listed else None


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_scheme_keeps_them_on_the_simulated_company(panel, kind):
    """The cases of kinds.yaml that look at measures and events; the others are asked in tests/schemes."""
    params = TypeAdapter(SchemeParams).validate_python(KINDS[kind])
    scheme = build_scheme(params, NAMES)
    assert of_schemes.described(params, NAMES) is None and of_schemes.written_and_read_back(params) is None
    known = known_for(scheme, panel)
    if known is None:
        return
    order = of_schemes.mixed(known)
    found = (
        of_schemes.graded_or_told_why(scheme, known),
        of_schemes.blind_to_row_order(scheme, known, order),
        of_schemes.same_again(scheme, known),
        of_schemes.equals_share_a_grade(scheme, known) if kind != "overrides" else None,
        of_schemes.nobody_gives_nothing(scheme, known),
        of_schemes.missing_is_answered(scheme, known),
    )
    assert found == (None,) * 6


class Bars(OwnParams):
    """Steps up by bars of spend."""

    kind: str = described("示例", "example", "bars")
    bar: float = described("门槛", "bar", 50_000.0)

    @property
    def grades(self):
        return ("A", "B")

    def own_needs(self):
        return (MeasureNeed("spend"), MeasureNeed("orders"))

    def words(self, names):
        return Label("一条门槛", "one bar")


class Rising(Bars):
    """Says that more spend is never worse."""

    rises = ("spend",)


class Wordless(Bars):
    """Says nothing of itself."""

    def words(self, names):
        return Label("只有中文", "")


def rule_of(decide):
    """A scheme that gives A where ``decide`` says so."""

    class Made(OwnRule):
        def grade(self, known) -> Grading:
            codes = np.asarray(decide(known)).astype(int)
            return assemble(
                self.scale, codes, codes, {"no": Label("没有", "no"), "yes": Label("有的", "yes")}, known
            )

    return Made


@pytest.fixture
def held(panel, monkeypatch):
    """Promises that a scheme breaks; its kind is known for as long."""

    def ask(scheme_of, params) -> set[str]:
        monkeypatch.setitem(KINDS_KNOWN, "bars", type(params))
        return broken(scheme_of, params, panel)

    return ask


def broken(scheme_of, params, panel) -> set[str]:
    scheme = scheme_of(params, NAMES)
    known = panel.snapshot(panel.quarters[-2], scheme.needs, 4)
    return {name for name, (_, ask) in of_schemes.PROMISES.items() if ask(scheme, params, known, NAMES)}


def test_breaches_of_a_scheme_are_found(held, panel):
    """Each rule breaks what it is made to break; the sound one breaks nothing."""
    bar = rule_of(lambda known: known["spend"] >= 50_000)
    assert held(bar, Bars(kind="bars")) == set()
    breaks = {
        "rows": rule_of(lambda known: np.arange(len(known)) % 2 == 0),
        "same_again": rule_of(lambda known: np.random.default_rng().random(len(known)) > 0.5),
        "alone": rule_of(lambda known: known["spend"] > known["spend"].mean()),
        "rises": rule_of(lambda known: known["spend"] < 50_000),
        "equals": rule_of(lambda known: [len(one) > 10 for one in known.index]),
    }
    for name, scheme in breaks.items():
        assert name in held(scheme, Rising(kind="bars") if name == "rises" else Bars(kind="bars")), name
    assert "described" in held(bar, Wordless(kind="bars"))
    mistyped = type("Mistyped", (Bars,), {"rises": ("spendd",), "__doc__": "A slip."})
    assert "rises" in held(bar, mistyped(kind="bars"))


def test_a_scheme_that_fails_where_a_value_is_missing_is_found(panel):
    """Comparing a missing whole number gives neither yes nor no."""
    fails = rule_of(lambda known: known["spend"].astype("Int64") >= 50_000)
    scheme = fails(Bars(kind="bars"), NAMES)
    known = panel.snapshot(panel.quarters[-2], scheme.needs, 4).round()
    assert of_schemes.graded_or_told_why(scheme, known) is None
    assert of_schemes.missing_is_answered(scheme, known) is not None


def test_a_scheme_without_an_example_says_how_to_give_one(panel):
    """Nothing is claimed of what was not asked."""
    from toolkit.params.extensions import Extension

    (found,) = examine(Extension("a.py", Path("a.py"), "0", (("scheme", "bars"),)), (), panel)
    assert not found.kept and not found.broken and "gradelab check" in found.left.en
