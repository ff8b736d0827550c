"""A chapter at work: opens the study, shows results in the wanted languages, records facts and files.

In a production run both languages are shown and everything is also written to the run folder; an
analyst who opens the notebook sees one language and nothing is written.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from IPython import get_ipython
from IPython.display import display

from toolkit.params.policy_file import policy_yaml
from toolkit.params.readings import Readings
from toolkit.pilots.file import pilot_yaml
from toolkit.pilots.lots import lots_csv
from toolkit.reporting.catalogue_page import catalogue_page
from toolkit.reporting.chart import Chart
from toolkit.reporting.earlier import Earlier, earlier_claims, earlier_report
from toolkit.reporting.facts import Fact, Facts
from toolkit.reporting.findings.turned import turned
from toolkit.reporting.first_page import MIME
from toolkit.reporting.fonts import use_fonts
from toolkit.reporting.methods import Method
from toolkit.reporting.mistakes import answer_mistakes
from toolkit.reporting.movers_file import write_movers
from toolkit.reporting.numbers_file import write_numbers
from toolkit.reporting.quoting import quoted_names
from toolkit.reporting.table import Table
from toolkit.reporting.tracing import quoted_in, unlinked, unmarked
from toolkit.reporting.verdict_page import first_page, payload, plain_html
from toolkit.reporting.words import filled, traced
from toolkit.study import Study, open_study
from toolkit.study.claiming import claims_of
from toolkit.study.pilot_files import FOLDER, lots_beside, pilots_of_reports
from toolkit.study.resolving import resolve
from toolkit.terms import LANGS, Label, Lang
from toolkit.track.claim import Claim
from toolkit.track.file import CLAIMS, claims_text
from toolkit.track.record import TrackRecord


class Chapter:
    """One notebook of the report.

    Attributes
    ----------
    study : Study
    facts : Facts
    linked : bool
        Whether figures in sentences lead to their tables, which only a report can follow.
    """

    def __init__(
        self, name: str, study: Study, out: str = "", lang: str = "zh", *, linked: bool = True
    ) -> None:
        self.name, self.linked = name, linked
        self.study = study
        self.out = Path(out) if out else None
        self.langs: tuple[Lang, ...] = LANGS if lang == "both" else (lang,)
        self.facts = Facts(study.currency)
        self._own: list[str] = []
        self._readings = Readings(study.files)
        use_fonts()
        shell = get_ipython()
        if self.out and shell is not None:
            self._readings.start()
            shell.events.register("post_run_cell", self.leave_readings)

    @cached_property
    def earlier(self) -> Earlier | None:
        """The last good report of this study before this one's quarter; None outside a run."""
        return earlier_report(self.out, self.study.quarter)

    def record(self, facts: Iterable[Fact]) -> None:
        """Record facts as this chapter's own, so that prose can name them."""
        own = list(facts)
        self.facts.extend(own)
        self._own.extend(fact.id for fact in own)
        if self.out:
            self.facts.write(self.out / "facts" / f"{self.name}.json", self._own)

    def know(self, facts: Iterable[Fact]) -> None:
        """Let prose name facts that another chapter records."""
        self.facts.extend(facts)

    def say(self, key: str, each: str = "", needs: str = "", **names: Any) -> None:
        """Print the sentence ``key`` in each language, its figures taken from the facts.

        ``each`` replaces ``@`` in the sentence's fact ids; ``names`` are Labels or texts for its other
        places; the sentence is left out where the fact ``needs`` does not exist.
        """
        if needs and needs.replace("@", each) not in self.facts:
            return
        for lang in self.langs:
            self._say(lambda given, lang=lang: traced(key, self.facts, lang, each, given), names, lang)

    def write(self, zh: str, en: str, **names: Any) -> None:
        """Print a sentence of one's own in each language, its figures by fact as in ``sentences.yaml``: ``{fact.id}``."""
        for lang in self.langs:
            self._say(
                lambda given, lang=lang: filled(Label(zh, en), self.facts, lang, names=given), names, lang
            )

    def say_each(self, key: str, things: Iterable[Any], needs: str = "") -> None:
        """Print the sentence once for each thing that has an ``id`` and a ``title`` ({policy}, {definition})."""
        for thing in things:
            self.say(key, thing.id, needs, policy=thing.title, definition=thing.title)

    def tell(self, told: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
        """Print several sentences: key, what replaces ``@``, names for the other places."""
        for key, each, names in told:
            self.say(key, each, **names)

    def explain(self, methods: Iterable[Method]) -> None:
        """Print each method with its formula."""
        for method in methods:
            for lang in self.langs:
                text = method.text(lang)
                self._show({"text/markdown": text, "text/plain": text}, lang, "text")

    def figure_each(self, draw: Callable[..., Chart], results: dict[str, tuple[Any, ...]]) -> None:
        """Draw one chart for each entry, from its arguments."""
        for name, arguments in results.items():
            self.figure(draw, *arguments, id=f"{draw.__name__}.{name}")

    def figure(self, draw: Callable[..., Chart], result: Any, *more: Any, id: str = "") -> None:
        """Draw ``result`` in each language."""
        for lang in self.langs:
            chart = draw(result, *more, lang=lang)
            name = id or draw.__name__
            svg = _svg(chart)
            self._keep(f"figures/{name}.{lang}.svg", svg)
            about = {"id": name, "caption": chart.caption, "alt": chart.alt}
            self._show({"image/svg+xml": svg, "text/plain": chart.alt}, lang, "figure", **about)

    def table(self, make: Callable[..., Table], result: Any, *more: Any, id: str = "") -> None:
        """Show ``result`` as a table in each language and keep its numbers."""
        for lang in self.langs:
            table = make(result, *more, lang=lang, currency=self.study.currency)
            name = id or make.__name__
            about = {"id": name, "caption": table.caption, "note": table.note}
            self._show({"text/html": table.html(), "text/plain": table.caption}, lang, "table", **about)
        self._keep_numbers(name, table)

    def table_each(self, make: Callable[..., Table], result: Any, things: Iterable[Any]) -> None:
        """Show one table for each thing that has an ``id``."""
        for thing in things:
            self.table(make, result, thing, id=f"{make.__name__}.{thing.id}")

    def front(self) -> None:
        """Show the first page, whose figures are facts; where the conclusion is another than before, it says so."""
        self.record(turned(self.study, self.earlier))
        for lang in self.langs:
            page = first_page(self.study, self.facts, lang=lang)
            data = {
                MIME: payload(page),
                "text/html": plain_html(page),
                "text/plain": unmarked(page.sentence),
            }
            self._show(data, lang, "front", facts=self._records(" ".join(page.texts)))
        shown = " ".join(figure.id for figure in page.figures)
        self.record([Fact("front.figures", shown, "text", Label("首页数字", "figures of page one"))])

    def keep_quarantine(self) -> None:
        """Put the rows that were turned away, with their reasons, beside the report."""
        if self.out and self.study.history.quarantine.is_dir():
            shutil.copytree(self.study.history.quarantine, self.out / "quarantine", dirs_exist_ok=True)

    def keep_catalogue(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put the page on which the catalogue, as made by ``catalogue_rows``, can be sorted and filtered beside the report."""
        title = self.study.params.title.label()
        self._keep("catalogue.html", catalogue_page(rows, title, simulated=self.study.simulated))

    def keep_movers(self) -> None:
        """Put who moves under each alternative beside the report, as files by customer id."""
        if self.out:
            for policy, moved in self.study.movers.items():
                write_movers(moved.frame, self.out / "who_moves" / policy)

    def keep_claims(self) -> tuple[Claim, ...]:
        """What this report claims; in a run it is also put beside the report, for later ones."""
        made = claims_of(self.study)
        self._keep(CLAIMS, claims_text(made, self.study.params.id, self.study.quarter))
        return made

    def track_record(self) -> TrackRecord:
        """What the earlier reports beside this one claimed, and what became of it; this report's claims are kept."""
        earlier = earlier_claims(self.out, self.study.quarter)
        found = resolve(self.study, earlier.claims)
        return TrackRecord(self.keep_claims(), found, earlier.reports, earlier.problems)

    def keep_policies(self) -> None:
        """Put the policies that the searches chose beside the report, as policy files."""
        for found in self.study.searched:
            if found.chosen is not None:
                self._keep(f"policies/{found.chosen.id}.yaml", policy_yaml(found.chosen))

    def keep_pilots(self) -> None:
        """Put the pilots that this report proposes, with who was drawn, beside it: the next reports read them there."""
        for proposed in self.study.pilots:
            file = Path(FOLDER, f"{proposed.params.id}.yaml")
            self._keep(str(file), pilot_yaml(proposed.params))
            self._keep(str(lots_beside(file)), lots_csv(proposed.lots))

    def tell_of_earlier_report(self) -> None:
        """Say what the report before this one concluded, or that there is none."""
        if self.earlier is None:
            self.say("hindsight.first_report")
            return
        self.record(self.earlier.facts())
        self.say("hindsight.earlier")

    def leave_readings(self, *_: Any) -> None:
        """Write down which parameters were read so far; done after every cell of a run."""
        self._keep(f"readings/{self.name}.json", json.dumps(sorted(self._readings.read), indent=1) + "\n")

    def _say(self, made: Callable[[Mapping[str, Any]], str], names: Mapping[str, Any], lang: Lang) -> None:
        """Show the sentence that ``made`` makes with the given names."""
        text, read = made(quoted_names(names)), unmarked(made(names))
        shown = text if self.linked else unlinked(text)
        self._show({"text/markdown": shown, "text/plain": read}, lang, "text", facts=self._records(text))

    def _records(self, text: str) -> dict[str, Any]:
        """The facts that a marked text quotes, as ``facts.json`` holds them, so that a report knows them."""
        return self.facts.records(quoted_in(text))

    def _show(self, data: dict[str, Any], lang: Lang, kind: str, **about: Any) -> None:
        display(data, raw=True, metadata={"gradelab": {"lang": lang, "kind": kind, **about}})

    def _keep(self, name: str, text: str) -> None:
        if self.out:
            path = self.out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    def _keep_numbers(self, name: str, table: Table) -> None:
        if self.out:
            nameless = table.numbers.index.names == [None]
            write_numbers(self.out, name, table.numbers.reset_index(drop=nameless))


def open_chapter(
    name: str, study: str, *, quarter: str = "last", data: str = "", out: str = "", lang: str = "zh"
) -> Chapter:
    """Open the study for the chapter ``name``; the arguments are the notebook's parameters.

    In a run, the pilots of the study's earlier reports are found beside the run folder ``out``; an analyst at work is
    answered in sentences where something is mistyped.

    Examples
    --------
    >>> chapter = toolkit.open_chapter("03_who_stays", "params/studies/demo.yaml", lang="en")  # doctest: +SKIP
    >>> import tempfile, toolkit
    >>> from unittest.mock import patch
    >>> from toolkit.study.example import FILE
    >>> with tempfile.TemporaryDirectory() as cache, patch.dict("os.environ", GRADELAB_CACHE=cache):
    ...     chapter = toolkit.open_chapter("03_who_stays", str(FILE), quarter="2025Q4", lang="en")
    >>> chapter.record(toolkit.findings.retention(chapter.study))
    >>> chapter.facts["retention.vip.next_quarter.VIP"].text("en", "CNY")
    '97.0%'
    """
    if not out:
        answer_mistakes(lang)
    pilots = pilots_of_reports(Path(out).resolve().parents[1]) if out else ()
    return Chapter(name, open_study(study, quarter=quarter, data=data or None, pilots=pilots), out, lang)


def _svg(chart: Chart) -> str:
    import matplotlib.pyplot as plt

    stream = io.StringIO()
    chart.axes.figure.savefig(stream, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(chart.axes.figure)
    return stream.getvalue()
