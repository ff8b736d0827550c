"""What ``import toolkit`` offers: every name is there once, is said in words, and has an example that stands by itself."""

from __future__ import annotations

import ast
import builtins
import doctest
import importlib.util
import inspect
import pkgutil
import subprocess
import sys

import pydantic
import pytest

import toolkit
from toolkit.surface import HOMES, ROOMS, SHELVES, SURFACE, stub

TEACHES_NOTHING = {"", "True\n", "False\n", "None\n"}
PUBLIC = sorted(HOMES)
HELD = frozenset({"Study", "History", "Panel", "Register", "Policy", "Scheme", "Scale", "Grading", "Quarter", "Window",
                  "Estimate", "Label", "GradelabError", "ParameterError"})  # fmt: skip
"""Classes whose objects an analyst holds and asks; the methods of all others serve the functions."""


def public_functions() -> dict[str, object]:
    """Every function of the surface and of its shelves, by the name under which an analyst calls it."""
    found = {}
    for name in PUBLIC:
        held = getattr(toolkit, name, None)
        inside = (
            {f"{name}.{one}": getattr(held, one) for one in held.__all__} if name in SHELVES else {name: held}
        )
        found |= {path: one for path, one in inside.items() if inspect.isroutine(inspect.unwrap(one))}
    return found


def public_classes() -> dict[str, type]:
    found = {name: getattr(toolkit, name, None) for name in PUBLIC if name not in SHELVES}
    for shelf in SHELVES:
        held = getattr(toolkit, shelf)
        found |= {f"{shelf}.{name}": getattr(held, name) for name in held.__all__}
    return {name: one for name, one in found.items() if inspect.isclass(one)}


def methods(one: type) -> dict[str, object]:
    """Public methods written in this project; a parameter model has validators, which nobody calls."""
    if issubclass(one, pydantic.BaseModel):
        return {}
    ours = [base for base in one.__mro__ if base.__module__.startswith("toolkit.")]
    held = {name: thing for base in reversed(ours) for name, thing in vars(base).items() if name[0] != "_"}
    plain = {name: getattr(thing, "__func__", thing) for name, thing in held.items()}
    return {name: thing for name, thing in plain.items() if inspect.isfunction(thing)}


FUNCTIONS, CLASSES = public_functions(), public_classes()
METHODS = {f"{name}.{method}": (one, method) for name, one in CLASSES.items() for method in methods(one)}


def examples(doc: str | None) -> list[doctest.Example]:
    return doctest.DocTestParser().get_examples(inspect.cleandoc(doc or ""))


def names_of_its_own(code: str) -> set[str]:
    """Names that ``code`` uses without having made or imported them."""
    nodes = list(ast.walk(ast.parse(code)))
    made = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    made |= {alias.asname or alias.name.partition(".")[0]
             for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}  # fmt: skip
    made |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    made |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return used - made - set(dir(builtins))


def lacking(doc: str | None) -> str:
    """What is missing from the example in a docstring; empty where nothing is."""
    found = examples(doc)
    if not found:
        return "no example"
    if unknown := names_of_its_own("".join(one.source for one in found)):
        return f"not runnable by itself: {', '.join(sorted(unknown))}"
    if {one.want for one in found if doctest.SKIP not in one.options} <= TEACHES_NOTHING:
        return "shows nothing"
    return ""


@pytest.mark.parametrize("name", PUBLIC)
def test_every_name_resolves_and_is_said_in_words(name):
    assert name in SHELVES or not inspect.ismodule(getattr(toolkit, name))
    assert isinstance(getattr(toolkit, name), dict) or inspect.getdoc(getattr(toolkit, name))


def test_every_name_appears_once():
    names = [name for modules in ROOMS.values() for held in modules.values() for name in held]
    assert sorted(names) == PUBLIC
    assert [
        (room, name) for room, held in SURFACE.items() for name, home in held.items() if HOMES[name] != home
    ] == []


def test_a_name_stands_in_the_room_that_holds_it():
    for room, modules in ROOMS.items():
        for module, held in modules.items():
            assert module in ("toolkit", f"toolkit.{room}") or module.startswith(f"toolkit.{room}."), module
            assert module != "toolkit" or set(held) == {room} <= SHELVES


def test_no_name_hides_a_room():
    """Importing a room makes it an attribute of the package, under its own name."""
    rooms = {module.name for module in pkgutil.iter_modules(toolkit.__path__)}
    assert rooms & set(PUBLIC) <= SHELVES


def test_completion_shows_the_surface_and_nothing_else():
    shown = {name for name in dir(toolkit) if not (name.startswith("__") and name.endswith("__"))}
    assert shown == set(PUBLIC) == set(toolkit.__all__)


@pytest.mark.parametrize("shelf", sorted(SHELVES))
def test_completion_shows_the_names_of_a_shelf_and_not_its_modules(shelf):
    held = getattr(toolkit, shelf)
    assert dir(held) == sorted(held.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'toolkit' has no attribute 'nothing'"):
        _ = toolkit.nothing


def test_readers_of_the_source_see_the_same_names(root):
    """``python -c "from toolkit.surface import write_stub; write_stub()"`` writes it anew."""
    text = (root / "toolkit" / "__init__.pyi").read_text("utf-8")
    assert text == stub()
    imported = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)]
    told = {
        alias.asname: node.module
        for node in imported
        for alias in node.names
        if node.module != "collections.abc"
    }
    assert told == dict(HOMES)


def test_the_table_itself_loads_nothing(root):
    code = "import sys, toolkit; dir(toolkit), toolkit.SURFACE; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    ours = {name for name in told.stdout.split() if name.startswith("toolkit")}
    assert ours == {"toolkit", "toolkit.surface"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_has_an_example_that_stands_by_itself(name):
    assert not lacking(FUNCTIONS[name].__doc__)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_is_said_in_words(name):
    one, method = METHODS[name]
    assert inspect.getdoc(methods(one)[method])


@pytest.mark.parametrize("name", sorted(name for name in METHODS if name.partition(".")[0] in HELD))
def test_every_method_of_what_an_analyst_holds_is_called_in_an_example(name):
    one, method = METHODS[name]
    docs = [methods(one)[method].__doc__, *(base.__doc__ for base in one.__mro__)]
    shown = [doc for doc in docs if any(f".{method}(" in example.source for example in examples(doc))]
    assert [doc for doc in shown if not lacking(doc)], "in no example"


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_property_is_said_in_words(name):
    held = [
        (attribute, getattr(CLASSES[name], attribute))
        for attribute in dir(CLASSES[name])
        if attribute[0] != "_"
    ]
    silent = [attribute for attribute, one in held if isinstance(one, property) and not one.__doc__]
    assert silent == []


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_arrays_are_said_with_their_shape(name):
    one = inspect.unwrap(FUNCTIONS[name])
    returned = str(inspect.signature(one).return_annotation)
    assert "ndarray" not in returned or "shape" in (one.__doc__ or "")


def test_the_example_study_is_the_same_every_time():
    again = toolkit.example_study.__wrapped__()
    first = toolkit.example_study()
    assert first is toolkit.example_study() and first is not again
    for policy, register in first.registers.items():
        assert (register.in_force == again.registers[policy].in_force).all()


def test_the_example_study_touches_no_disk_but_its_files(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADELAB_CACHE", str(tmp_path / "cache"))
    study = toolkit.example_study.__wrapped__()
    assert not (tmp_path / "cache").exists() and study.simulated
    assert 300 <= len(study.panel.active(study.quarter, 1).nonzero()[0]) <= 600


def test_what_stands_in_the_docstring_of_the_package_holds():
    assert importlib.util.find_spec("toolkit").origin == toolkit.__file__
    assert not lacking(toolkit.__doc__)
