"""What an analyst who made a mistake is told. Expected: one plain sentence in each language that says what and where, and what to do."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mistakelab import ROOT, Mistake
from mistakelist import MISTAKES
from mistakepage import page

RAW = (
    "Traceback",
    "pydantic",
    "Error",
    "Input should",
    "validation",
    "NoneType",
    "<block",
    "datetime.date",
    "errors/",
)
SECOND_SENTENCE = {"zh": re.compile(r"。."), "en": re.compile(r"\. [A-Z]")}


def named(mistake: Mistake) -> str:
    return mistake.id


@pytest.mark.parametrize("mistake", MISTAKES, ids=named)
def test_a_mistake_is_told_with_its_place(answer, mistake):
    """Exit code, file and line, and the words that are needed, in both languages."""
    lab, told = answer(mistake.id)
    assert told.code == mistake.code, told.en
    for text, words in ((told.zh, mistake.said_zh), (told.en, mistake.said_en)):
        assert [word for word in words if word not in text] == [], text
    if mistake.file:
        assert mistake.file in told.zh and mistake.file in told.en
    if mistake.line:
        line = mistake.line_number or lab.line(mistake.file, mistake.line)
        assert f"{mistake.file} 第 {line} 行" in told.zh
        assert f"{mistake.file}, line {line}" in told.en


@pytest.mark.parametrize("mistake", MISTAKES, ids=named)
def test_an_answer_is_one_plain_sentence_and_changes_nothing(answer, mistake):
    """No second sentence, nothing of the machinery, no file touched."""
    _, told = answer(mistake.id)
    assert told.touched == mistake.leaves
    for lang in ("zh", "en"):
        problems = told.problems(lang)
        assert len(problems) == (2 if mistake.leaves else 1), problems
        for problem in problems:
            assert not SECOND_SENTENCE[lang].search(problem), problem
            assert [word for word in RAW if word in problem] == [], problem
    assert re.search(r"[\u4e00-\u9fff]{3}", told.zh)


def test_there_are_enough_and_all_differ():
    assert len({mistake.id for mistake in MISTAKES}) == len(MISTAKES) >= 30


def test_files_without_a_mistake_are_accepted(tmp_path):
    """The project in which the mistakes are made has none of its own; a byte order mark and the traps of YAML are none."""
    from mistakelab import OWN, RULE, SCORE, STUDY, Lab

    lab = Lab(tmp_path / "good").build()
    lab.write(RULE, "\ufeff" + lab.text(RULE))
    lab.swap(SCORE, "铜: rest", "NO: rest")
    lab.swap(SCORE, "\n  铜:\n", "\n  NO:\n")
    told = lab.ask("check", SCORE, RULE, OWN, "notebooks")
    assert told.code == 0 and "没有问题" in told.zh, told.zh
    assert lab.ask("check", STUDY).code == 0


def test_the_page_is_fresh(answer):
    """Run ``make mistakes`` when this fails."""
    told = {mistake.id: answer(mistake.id)[1] for mistake in MISTAKES}
    assert (ROOT / "docs" / "mistakes.md").read_text("utf-8") == page(told)
