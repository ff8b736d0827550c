"""The look of a report: colours and the imprint, from ``template/brand.yaml`` or a company's own copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from toolkit.errors import ReportError
from toolkit.reporting.first_page import TONES
from toolkit.terms import LANGS

TEMPLATE = Path(__file__).parent / "template"
COLOURS = ("accent", "neutral", "ink", "warn")
HEX = re.compile(r"^#[0-9a-fA-F]{6}$")


@dataclass(frozen=True, slots=True)
class Shade:
    """One colour ``#rrggbb`` on paper or a light screen, and on a dark screen."""

    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class Brand:
    """Colours of the report.

    Attributes
    ----------
    accent, neutral, ink, warn : Shade
    tones : dict of tone to Shade
        The colour of the verdict's word.
    imprint : dict of language to str
        A line at the foot; may be empty.
    """

    accent: Shade
    neutral: Shade
    ink: Shade
    warn: Shade
    tones: dict[str, Shade]
    imprint: dict[str, str]


def load(path: str | Path | None = None) -> Brand:
    """The brand of ``path``; what the file leaves out is taken from the built-in brand.

    Raises
    ------
    ReportError
        If the file cannot be read, has an unknown key, or a colour is not ``#rrggbb``.
    """
    base = _read(TEMPLATE / "brand.yaml")
    own = _read(Path(path)) if path else {}
    unknown = [*(set(own) - set(base)), *(set(own.get("tones") or {}) - set(TONES))]
    if unknown:
        raise ReportError(
            zh=f"品牌文件 {path} 有 {len(unknown)} 个不认识的键,第一个是 {unknown[0]}。可用:{'、'.join(base)}。",
            en=f"The brand file {path} has {len(unknown)} unknown key(s), first {unknown[0]}. "
            f"Known: {', '.join(base)}.",
        )
    merged = {**base, **own, "tones": {**base["tones"], **(own.get("tones") or {})}}
    imprint = merged["imprint"] or {}
    return Brand(
        **{name: _shade(merged[name], name, path) for name in COLOURS},
        tones={tone: _shade(merged["tones"][tone], tone, path) for tone in TONES},
        imprint={lang: str(imprint.get(lang) or "") for lang in LANGS},
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ReportError(
            zh=f"读不了品牌文件 {path}:{type(error).__name__}。请给出一个 UTF-8 的 YAML 文件。",
            en=f"The brand file {path} cannot be read ({type(error).__name__}). Give a YAML file in UTF-8.",
        ) from error
    return dict(found) if isinstance(found, Mapping) else {}


def _shade(value: Any, name: str, path: str | Path | None) -> Shade:
    light, dark = (value.get("light"), value.get("dark")) if isinstance(value, Mapping) else (value, value)
    for colour in (light, dark):
        if not HEX.match(str(colour)):
            raise ReportError(
                zh=f"品牌文件 {path} 的颜色 {name} 写成了 {colour!r},应为 #rrggbb。",
                en=f"Colour {name} of the brand file {path} is {colour!r}; #rrggbb was expected.",
            )
    return Shade(str(light), str(dark))
