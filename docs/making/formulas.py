"""Displayed formulas as MathML, by the converter of the reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from toolkit.reporting.formulas import typeset
from toolkit.reporting.nodes import Formula

DISPLAYED = re.compile(r"^\$\$\n(.+?)\n\$\$$", re.MULTILINE | re.DOTALL)


def set_in(pages: Mapping[Path, str]) -> tuple[dict[Path, str], str]:
    """Pages with their formulas set, and the style rules that these count on.

    Raises
    ------
    ValueError
        If a formula cannot be set.
    """
    wanted = {tex: Formula(tex, True) for text in pages.values() for tex in DISPLAYED.findall(text)}
    found = typeset(list(wanted.values()))

    def markup(match: re.Match[str]) -> str:
        done = found[wanted[match[1]]]
        if done is None or not done.mathml:
            raise ValueError(f"the formula cannot be set: {match[1]}")
        return f'<div class="formula">{done.mathml}</div>'

    return {page: DISPLAYED.sub(markup, text) for page, text in pages.items()}, found.style
