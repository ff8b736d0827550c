"""The look of a report: colours, logo, name and imprint, built in or from a company's ``brand.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toolkit.params.problems import FileProblems, Problem
from toolkit.params.reading import Source, read_source, validate
from toolkit.reporting.brand_file import FILE, BrandFile, ShadeFile
from toolkit.reporting.first_page import TONES
from toolkit.reporting.logo import Picture, read_logo
from toolkit.terms import LANGS, Label

TEMPLATE = Path(__file__).parent / "template"
PLACE = Path("reports") / "template" / FILE
COLOURS = ("accent", "neutral", "ink", "warn")
SIDES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Shade:
    """One colour ``#rrggbb`` on paper or a light screen, and on a dark screen."""

    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Logo:
    """The company's mark.

    Attributes
    ----------
    light : Picture
    dark : Picture or None
        For dark screens; without it the other one is shown there on a light ground.
    """

    light: Picture
    dark: Picture | None


@dataclass(frozen=True, slots=True)
class Brand:
    """The look of the report.

    Attributes
    ----------
    accent, neutral, ink, warn : Shade
    tones : dict of tone to Shade
        The colour of the verdict's word.
    imprint : dict of language to str
        A line at the foot; may be empty.
    name : dict of language to str
        Of the house: printed above the title, or what a logo says to those who do not see it.
    logo : Logo or None
    """

    accent: Shade
    neutral: Shade
    ink: Shade
    warn: Shade
    tones: dict[str, Shade]
    imprint: dict[str, str]
    name: dict[str, str]
    logo: Logo | None


def brand_file(root: Path) -> Path | None:
    """The brand file of the project at ``root``; None where it has none."""
    path = root / PLACE
    return path if path.is_file() else None


def brand_files(path: Path | None) -> list[Path]:
    """The brand file and the pictures that it names.

    Raises
    ------
    ParameterError
    """
    if path is None:
        return []
    given = validate(read_source(path), BrandFile)
    return [path, *(path.parent / name for name in (given.logo.light, given.logo.dark) if name)]


def load(path: str | Path | None = None) -> Brand:
    """The brand of ``path``; what the file leaves out is taken from the built-in brand.

    Raises
    ------
    ParameterError
        With every problem, each with its line: a file that cannot be read, an unknown key, a colour that is not
        ``#rrggbb`` or cannot be read on its paper, a logo that is missing, too large or not still.
    """
    base = _built_in()
    if not path:
        return _brand(base, base, None)
    source = read_source(path)
    given = validate(source, BrandFile)
    logo, problems = _logo(source, given)
    if problems:
        raise FileProblems(problems)
    return _brand(base, given, logo)


@cache
def _built_in() -> BrandFile:
    return validate(read_source(TEMPLATE / FILE), BrandFile)


def _brand(base: BrandFile, given: BrandFile, logo: Logo | None) -> Brand:
    colours = {name: _shade(getattr(given, name) or getattr(base, name)) for name in COLOURS}
    tones = {tone: _shade(getattr(given.tones, tone) or getattr(base.tones, tone)) for tone in TONES}
    words = {key: {lang: getattr(given, key).text(lang) for lang in LANGS} for key in ("imprint", "name")}
    return Brand(**colours, tones=tones, logo=logo, **words)


def _shade(given: ShadeFile) -> Shade:
    return Shade(given.light, given.dark)


def _logo(source: Source, given: BrandFile) -> tuple[Logo | None, list[Problem]]:
    """The logo that a file names, and what is wrong with it."""
    named = {side: getattr(given.logo, side) for side in SIDES if getattr(given.logo, side)}
    if not named:
        return None, []
    found = {side: read_logo(source.beside(("logo", side), name)) for side, name in named.items()}
    problems = [
        source.problem(("logo", side), named[side], one.zh, one.en)
        for side, one in found.items()
        if isinstance(one, Label)
    ]
    problems += _incomplete(source, given, named)
    if problems:
        return None, problems
    return Logo(found["light"], found.get("dark")), []


def _incomplete(source: Source, given: BrandFile, named: dict[str, str]) -> Iterator[Problem]:
    """A logo needs its light picture, and words for those who do not see it."""
    if "light" not in named:
        yield source.problem(
            ("logo", "light"), ..., "有 dark 就必须有 light", "a logo with dark needs light as well"
        )
    for lang in LANGS:
        if not given.name.text(lang).strip():
            yield source.problem(
                ("name", lang),
                ...,
                "有标志时必须写名称：看不见图的人靠它知道这是什么",
                "a logo needs the name, for it is what the logo says to those who do not see it",
            )
