"""No figure is typed into prose. Expected: one line for each rule, written by hand, in both languages."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from ruamel.yaml import YAML

from toolkit.reporting.typed import typed, typed_in_markdown
from toolkit.reporting.words import PLACE, sentences
from toolkit.terms import LANGS

FOLDER = resources.files("toolkit.reporting")
TYPED = {
    "zh": {
        "留存提高了 12%。": ["12%"],
        "净值为 ¥52.6 万，比上季多 −3 万": ["¥52.6", "−3"],
        "约三成客户流失": ["三成"],
        "八成半、三分之二、百分之五": ["八成半", "三分之二", "百分之五"],
        "成本是原来的两倍": ["两倍"],
        "有十二位客户降级，相差五个百分点": ["十二位", "五个百分点"],
        "为期三个季度": ["三个季度"],
        "一半的毛利": ["一半"],
        "2026Q3 的结论": ["2026Q3"],
    },
    "en": {
        "Retention rose by 12%.": ["12%"],
        "It costs ¥1,234.5, or −£3 million.": ["¥1,234.5", "−£3"],
        "A third of customers, two thirds of spend": ["third", "two thirds"],
        "five per cent, and four in five": ["five per cent", "four in five"],
        "Costs doubled; half of it in twelve weeks": ["doubled", "half", "twelve weeks"],
        "a hundred customers": ["a hundred"],
        "Results of 2026Q3": ["2026Q3"],
    },
}
NOT_TYPED = {
    "zh": [
        "95% 区间见下表。",
        "A/B/C 与 BG/NBD",
        "成功、成本与组成",
        "一个方案，两种读法，三列，第一份报告",
        "见 Wilson (1927) 与 王等（2019）",
        "每千位客户的变动",
        "成绩百分制",
    ],
    "en": [
        "The 95% interval, and 95% intervals.",
        "Two policies in three ways",
        "as Freireich et al. (1963) and Owen & Varian (2020) show",
        "moves per thousand customers",
        "one quarter later",
    ],
}


@pytest.mark.parametrize("lang", LANGS)
def test_figures_in_digits_and_in_words_are_found(lang):
    for text, expected in TYPED[lang].items():
        assert typed(text, lang) == expected, text


@pytest.mark.parametrize("lang", LANGS)
def test_names_conventions_and_citations_are_not(lang):
    for text in NOT_TYPED[lang]:
        assert typed(text, lang) == [], text


def test_places_of_facts_are_not_typed():
    assert typed("共 {history.rows_in}，其中 {moves.up.@|interval} 位", "zh") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# 2026 in figures", [(1, "2026")]),
        ("## 12 customers left", [(1, "12")]),
        ("## 2. Who stays\n### 2.1 Now", []),
        ("## 3.1 Costs\n\n1. first\n2. then\n\nNow 7 of them", [(6, "7")]),
        ("Set `k = 5`, or $x^2$, see [here](page2.html)\n\n```\n9\n```\n\nthen 8", [(7, "8")]),
        ("From $5 to $10", [(1, "$5"), (1, "$10")]),
        ("a note[^1]\n\n[^1]: of 4", [(3, "4")]),
        ("if a < 5 and b > 6", [(1, "5"), (1, "6")]),
    ],
)
def test_lines_of_markdown_are_counted_and_structure_is_no_figure(source, expected):
    assert typed_in_markdown(source, "en") == expected


def test_no_sentence_types_a_figure():
    """Each with the line of the file at which its key stands."""
    lines = FOLDER.joinpath("sentences.yaml").read_text("utf-8").split("\n")
    at = {line[:-1]: number for number, line in enumerate(lines, 1) if re.fullmatch(r"[\w.]+:", line)}
    found = [
        f"sentences.yaml, line {at[key]}, {key} ({lang}): “{figure}”"
        for key, words in sentences().items()
        for lang in LANGS
        for figure in typed(words.text(lang), lang)
    ]
    assert found == []


def test_every_exception_is_used():
    """An exception that no sentence needs would only let figures through."""
    allowed = YAML(typ="safe").load(FOLDER.joinpath("typed.yaml").read_text("utf-8"))
    for lang in LANGS:
        said = " ".join(re.sub(r"\s+", " ", PLACE.sub(" ", one.text(lang))) for one in sentences().values())
        unused = [phrase for phrase in allowed[lang] if phrase.lower() not in said.lower()]
        assert unused == []
