"""The one typeface of charts, HTML and PDF: Noto Sans SC (OFL), from the wheel justmytype-intl-cjk.

The wheel carries a variable font. Two static weights are built once into the user's cache
(``GRADELAB_CACHE`` or the platform's cache folder) and found there ever after.
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import tempfile
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_dir

from toolkit.errors import ReportError

FAMILY = "Noto Sans SC"
PACKAGE = "justmytype-intl-cjk"
SOURCE_NAME = "NotoSansSC[wght].ttf"
LICENCE_NAME = "OFL.txt"
BUILD = 1
WEIGHTS = {400: "NotoSansSC-Regular.ttf", 700: "NotoSansSC-Bold.ttf"}
WEB_FEATURES = ["kern", "mark", "ccmp", "locl", "pwid", "palt", "liga"]
MATH_NAME = "mpl-data/fonts/ttf/STIXGeneral.ttf"


@dataclass(frozen=True, slots=True)
class FontFiles:
    """Static instances of Noto Sans SC.

    Attributes
    ----------
    regular, bold : Path
        TrueType files at weight 400 and 700.
    """

    regular: Path
    bold: Path

    @property
    def folder(self) -> Path:
        """The folder that holds both files and the licence."""
        return self.regular.parent


def source_file() -> Path:
    """The variable font inside the installed wheel.

    Raises
    ------
    ReportError
        If the font package is not installed or does not hold the font.
    """
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == SOURCE_NAME and Path(str(file.locate())).is_file():
            return Path(str(file.locate()))
    raise ReportError(
        zh=f"找不到中文字体:Python 包 {PACKAGE} 里应有 {SOURCE_NAME}。请执行 pip install {PACKAGE}。",
        en=f"The Chinese font is missing: the Python package {PACKAGE} should hold {SOURCE_NAME}. "
        f"Run pip install {PACKAGE}.",
    )


def font_files() -> FontFiles:
    """Regular and bold, built on first use (about 6 seconds on one core), then only looked up."""
    source = source_file()
    folder = _cache() / f"noto-sans-sc-{metadata.version(PACKAGE)}-{BUILD}"
    if not folder.is_dir():
        _build(source, folder)
    regular, bold = (folder / name for name in WEIGHTS.values())
    return FontFiles(regular, bold)


def use_fonts() -> None:
    """Let matplotlib draw Chinese and English in Noto Sans SC; call once per kernel, after any style.

    Text becomes outlines in SVG, the minus sign is U+2212, and file ids do not change between runs. A dollar
    sign is a dollar sign: no name becomes a formula. Files of the same name that the machine has are passed over,
    so that every machine draws the same.
    """
    import matplotlib
    from matplotlib import font_manager

    files, fonts = font_files(), font_manager.fontManager
    ours = {str(files.regular), str(files.bold)}
    if {entry.fname for entry in fonts.ttflist if entry.name == FAMILY} != ours:
        fonts.ttflist = [entry for entry in fonts.ttflist if entry.name != FAMILY]
        for path in sorted(ours):
            fonts.addfont(path)
    matplotlib.rcParams.update(
        {
            "font.family": "sans-serif",
            "font.sans-serif": [FAMILY, "DejaVu Sans"],
            "axes.unicode_minus": True,
            "svg.fonttype": "path",
            "svg.hashsalt": "gradelab",
            "mathtext.fontset": "stix",
            "text.parse_math": False,
        }
    )


def missing_glyphs(text: str) -> set[str]:
    """Characters of ``text`` that Noto Sans SC cannot draw; blanks and controls never count.

    >>> missing_glyphs("客户分级 grade ≥ −1.2%"), missing_glyphs("好😀")
    (set(), {'😀'})
    """
    covered = _coverage()
    return {
        character
        for character in set(text)
        if ord(character) not in covered
        and not character.isspace()
        and unicodedata.category(character) not in ("Cc", "Cf")
        and not 0xFE00 <= ord(character) <= 0xFE0F
    }


def web_font(text: str, weight: int) -> bytes:
    """A woff2 file of ``weight`` (400 or 700) with the characters of ``text`` only; same text, same bytes."""
    files = font_files()
    return _subset(files.bold if weight >= 600 else files.regular, text)


def web_math_font(text: str) -> bytes:
    """A woff2 file with the mathematical letters of ``text``, from the STIX font inside matplotlib (OFL).

    It has no table of mathematical constants, so it only helps where the reader has no mathematical font.
    """
    package = find_spec("matplotlib")
    folders = package.submodule_search_locations if package else None
    return _subset(Path(next(iter(folders or ["."]))) / MATH_NAME, text)


def _subset(path: Path, text: str) -> bytes:
    from fontTools import subset

    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    options = subset.Options(
        flavor="woff2",
        hinting=False,
        layout_features=WEB_FEATURES,
        notdef_outline=True,
        recalc_timestamp=False,
    )
    options.drop_tables += ["BASE", "STAT"]
    buffer = io.BytesIO()
    with subset.load_font(str(path), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes={ord(character) for character in text})
        subsetter.subset(font)
        subset.save_font(font, buffer, options)
    return buffer.getvalue()


def _cache() -> Path:
    return Path(os.environ.get("GRADELAB_CACHE") or user_cache_dir("gradelab", appauthor=False)) / "fonts"


@lru_cache(maxsize=1)
def _coverage() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(source_file(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _build(source: Path, folder: Path) -> None:
    """Build beside the final place and rename, so that a second process never sees half a font."""
    from toolkit.reporting import font_instances

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(
            zh=f"字体缓存目录 {folder.parent} 建不了({type(error).__name__})。请用环境变量 GRADELAB_CACHE 指定可写的目录。",
            en=f"The font cache {folder.parent} cannot be made ({type(error).__name__}). "
            "Name a writable folder in the environment variable GRADELAB_CACHE.",
        ) from error
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".building-") as scratch:
        made = Path(scratch) / "fonts"
        made.mkdir()
        font_instances.build(source, {weight: made / name for weight, name in WEIGHTS.items()})
        shutil.copyfile(source.parent / LICENCE_NAME, made / LICENCE_NAME)
        try:
            os.replace(made, folder)
        except OSError:
            if not folder.is_dir():
                raise
