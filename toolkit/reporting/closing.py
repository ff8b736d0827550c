"""The closing of a report: what moved since the report before, and who signs.

It needs the facts of all chapters, so no chapter can hold it: a run writes it when they are gathered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat

from toolkit.params.sign_off import SignOffParams
from toolkit.reporting import tables
from toolkit.reporting.earlier import Earlier, earlier_report
from toolkit.reporting.facts import Facts
from toolkit.reporting.findings.since import Since, since, since_facts
from toolkit.reporting.merge import RUN_ID, RUN_ID_TAG
from toolkit.reporting.numbers_file import write_numbers
from toolkit.reporting.sheet import Sheet
from toolkit.reporting.sign_off import sign_off_output
from toolkit.reporting.tables.since import all_moved
from toolkit.terms import Lang
from toolkit.window import Quarter

CHANGED, SIGN_OFF = CLOSING = ("98_what_has_changed", "99_sign_off")
DIFFERENCES = "result_differences"
NO_MONEY = "CNY"


def write_closing(
    run: Path,
    results: Mapping[str, Any],
    quarter: str,
    languages: Iterable[Lang],
    sign_off: SignOffParams | None,
) -> list[str]:
    """Write the closing into the run folder: two notebooks, their facts, and every figure that moved.

    Parameters
    ----------
    run : Path
        Folder of the run, with the executed chapters; the earlier report is looked for beside it.
    results : mapping
        The facts of all chapters: id -> record.
    quarter : str
    languages : iterable of "zh" and "en"
    sign_off : SignOffParams or None

    Returns
    -------
    list of str
        What was written, below the run folder.
    """
    langs, facts = tuple(languages), Facts(_currency(results))
    earlier = earlier_report(run, Quarter.parse(quarter))
    return [
        *_changed(run, earlier, results, Sheet(CHANGED, langs, facts)),
        *_sign_off(run, sign_off, Sheet(SIGN_OFF, langs, facts)),
    ]


def _changed(run: Path, earlier: Earlier | None, results: Mapping[str, Any], sheet: Sheet) -> list[str]:
    sheet.heading("since.title")
    if earlier is None:
        sheet.say("since.first")
        return [_kept(run, sheet)]
    found, name = since(earlier, results), f"facts/{CHANGED}.json"
    sheet.facts.extend(since_facts(found))
    sheet.facts.write(run / name, [fact.id for fact in sheet.facts])
    return [name, *_tell(sheet, run, found), _kept(run, sheet)]


def _sign_off(run: Path, params: SignOffParams | None, sheet: Sheet) -> list[str]:
    sheet.heading("sign_off.title")
    sheet.say("sign_off.said", tags=[RUN_ID_TAG], run=RUN_ID)
    sheet.output(lambda lang: sign_off_output(params, lang), "sign-off")
    sheet.say("sign_off.where")
    return [_kept(run, sheet)]


def _kept(run: Path, sheet: Sheet) -> str:
    name = f"notebooks/{sheet.name}.ipynb"
    (run / "notebooks").mkdir(exist_ok=True)
    (run / name).write_text(nbformat.writes(sheet.notebook()) + "\n", "utf-8")
    return name


def _tell(sheet: Sheet, run: Path, found: Since) -> list[str]:
    sheet.say("since.said")
    left = []
    shown = [("turned_conclusions", tables.turned_conclusions, found.flips)]
    shown += [("moved_first_page", tables.moved_first_page, found.of_first_page())]
    shown += [("moved_figures", tables.moved_figures, found.with_direction())]
    sheet.say("since.turned_said" if found.flips else "since.none_turned")
    for id, make, there in shown:
        if there:
            left += write_numbers(run, id, sheet.table(make, found, id=id).numbers)
    if found.moved:
        titles = _titles(run)
        made = sheet.table(tables.moved_by_chapter, found, titles, id="moved_by_chapter")
        left += write_numbers(run, "moved_by_chapter", made.numbers)
    return [*left, *write_numbers(run, DIFFERENCES, all_moved(found.moved, found))]


def _titles(run: Path) -> dict[str, dict[str, str]]:
    """What the chapters are called, by name."""
    found = {}
    for path in sorted((run / "notebooks").glob("*.ipynb")):
        title = json.loads(path.read_text("utf-8"))["metadata"].get("gradelab", {}).get("title")
        found[path.stem] = title if isinstance(title, dict) else {}
    return found


def _currency(results: Mapping[str, Any]) -> str:
    found = (fact.get("currency") for fact in results.values() if isinstance(fact, Mapping))
    return next((str(one) for one in found if one), NO_MONEY)
