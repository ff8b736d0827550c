"""Cells that a run writes itself, shown as those of an executed chapter are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from toolkit.reporting.facts import Facts
from toolkit.reporting.quoting import quoted_names
from toolkit.reporting.table import Table
from toolkit.reporting.tracing import quoted_in, unmarked
from toolkit.reporting.words import traced, word
from toolkit.terms import Lang


class Sheet:
    """A notebook with outputs and without code.

    Parameters
    ----------
    name : str
    langs : sequence of "zh" and "en"
    facts : Facts
        What its sentences may name.
    """

    def __init__(self, name: str, langs: Sequence[Lang], facts: Facts) -> None:
        self.name, self.langs, self.facts = name, tuple(langs), facts
        self._cells: list[NotebookNode] = []

    def heading(self, key: str, level: int = 1) -> None:
        """A heading in each language."""
        for lang in self.langs:
            text = f"{'#' * level} {word(key, lang)}"
            self._cells.append(
                new_markdown_cell(text, id=self._id(lang), metadata={"tags": [f"lang-{lang}"]})
            )

    def say(self, key: str, *, tags: Sequence[str] = (), **names: Any) -> None:
        """The sentence ``key`` in each language."""
        quoted = quoted_names(names)
        texts = {lang: traced(key, self.facts, lang, names=quoted) for lang in self.langs}
        shown = {lang: {"text/markdown": text, "text/plain": unmarked(text)} for lang, text in texts.items()}
        self._show(shown, "text", tags, facts=self.facts.records(quoted_in("".join(texts.values()))))

    def table(self, make: Callable[..., Table], *results: Any, id: str) -> Table:
        """A table in each language; the last one is returned, for its numbers."""
        for lang in self.langs:
            made = make(*results, lang=lang, currency=self.facts.currency)
            about = {"id": id, "caption": made.caption, "note": made.note}
            self._show({lang: {"text/html": made.html(), "text/plain": made.caption}}, "table", (), **about)
        return made

    def output(self, make: Callable[[Lang], dict[str, Any]], kind: str) -> None:
        """What ``make`` gives for each language."""
        self._show({lang: make(lang) for lang in self.langs}, kind, ())

    def notebook(self) -> NotebookNode:
        """All of it."""
        return new_notebook(cells=self._cells, metadata={"gradelab": {"chapter": self.name}})

    def _show(
        self, data: Mapping[Lang, dict[str, Any]], kind: str, tags: Sequence[str], **about: Any
    ) -> None:
        outputs = [
            new_output("display_data", data=one, metadata={"gradelab": {"lang": lang, "kind": kind, **about}})
            for lang, one in data.items()
        ]
        self._cells.append(
            new_code_cell(
                "", id=self._id(kind), outputs=outputs, metadata={"tags": list(tags)} if tags else {}
            )
        )

    def _id(self, what: str) -> str:
        return f"{what}-{len(self._cells):02d}"
