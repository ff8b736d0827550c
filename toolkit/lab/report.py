"""``gradelab run`` on a page: what it has done so far while it works, then links to what it made."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from toolkit.lab.child import call
from toolkit.lab.showing import link, show
from toolkit.measures.registry import names
from toolkit.run.index import INDEX
from toolkit.run.plan import Plan, make_plan, steps
from toolkit.terms import Label, Lang

WORKING = Label(
    "正在写报告：{done} / {all} 步，已用 {seconds} 秒",
    "Writing the report: {done} of {all} steps, {seconds} s so far",
)
DONE = Label(
    "报告写好了，用时 {seconds} 秒，{reused} 步沿用了上次的结果。",
    "The report is written, in {seconds} s; {reused} steps were reused.",
)
FORMATS = {"html": Label("网页", "web page"), "pdf": Label("PDF", "PDF")}
LANGUAGES = {"zh": Label("中文", "Chinese"), "en": Label("英文", "English")}
EVERY = Label("各季度报告的目录", "index of all reports")


def write_report(root: Path, study: Path, quarter: str, data: str, lang: Lang) -> dict[str, Any]:
    """Run ``study`` as ``gradelab run`` does, show how it goes, and link to the reports.

    Returns
    -------
    dict
        As ``gradelab run --json`` answers.

    Raises
    ------
    GradelabError
        In the words of the run.
    """
    plan = make_plan(study, known_measures=names(), quarter=quarter)
    begun, every = time.monotonic(), len(steps(plan))
    handle = show(_working([], every, 0, lang))
    heard: list[str] = []

    def tell(lines: list[str]) -> None:
        heard[:] = lines
        show(_working(lines, every, time.monotonic() - begun, lang), handle)

    words = ["run", str(study), "--quarter", quarter, *(["--data", data] if data else [])]
    answer = call(words, root, lang, tell)
    show(_done(plan, root, answer, heard, time.monotonic() - begun, lang), handle)
    return answer


def _working(lines: Sequence[str], every: int, seconds: float, lang: Lang) -> str:
    said = WORKING.text(lang).format(done=len(lines), all=every, seconds=round(seconds))
    return "\n".join([f"**{said}**", "", "```", *(lines or ["…"]), "```"])


def _done(
    plan: Plan, root: Path, answer: dict[str, Any], lines: Sequence[str], seconds: float, lang: Lang
) -> str:
    reused = sum(line.startswith(("沿用", "reused")) for line in lines)
    here = Path.cwd()
    said = [f"**{DONE.text(lang).format(seconds=round(seconds), reused=reused)}**", ""]
    for name, place in answer["reports"].items():
        _, of, kind = name.split(".")
        named = f"{LANGUAGES[of].text(lang)} {FORMATS[kind].text(lang)}"
        said.append(f"- {link(root / place, here, named)}")
    index = plan.out / INDEX
    if index.is_file():
        said.append(f"- {link(index, here, EVERY.text(lang))}")
    return "\n".join(said)
