"""Figures that somebody typed into prose instead of taking them from a fact, in digits or in words."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from ruamel.yaml import YAML

from toolkit.terms import LANGS, Lang

DIGITS = re.compile(
    r"[^\s，。；：、（）“”《》「」,;:()]*\d(?:[^\s，。；：、（）“”《》「」;:()]*[^\s，。；：、（）“”《》「」.,;:()])?"
)
NAME = r"[A-Z][\w’'-]+(?: (?:and|&) [A-Z][\w’'-]+| et al\.?)?"
CITATION = re.compile(rf"{NAME},? \(?(?:1[89]|20)\d\d[a-z]?\)|[\u4e00-\u9fff]+(?:等)?（(?:1[89]|20)\d\d）")
UNSAID = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$(?=\S)[^$\n]+(?<=\S)\$(?!\d)|\]\([^)]*\)|</?[A-Za-z][^>]*>|https?://\S+",
    re.DOTALL,
)
MARKERS = re.compile(
    r"^[ \t]*\d+[.)][ \t]|^#{1,6}[ \t]+(?:\d{1,2}(?:[.、)]|(?:\.\d{1,2})+[.、]?)[ \t]+)?|\[\^[^\]]*\]:?",
    re.MULTILINE,
)
PLACE = re.compile(r"\{[^{}]*\}")

N, MANY = "零一二两三四五六七八九十百千万亿", "两二三四五六七八九十百千万亿"
IN_CHINESE = re.compile(
    rf"百分之[{N}]+|[{N}]+分之[{N}]+|[{N}]+成半?(?![本员功为交立长绩果熟分就型套])|[{N}]+倍|一半|半数|另半|半个"
    rf"|第[{N}]+到第[{N}]+|[{N}]+次[^，。；]{{0,4}}中[^，。；]{{0,2}}[{N}]+次"
    rf"|[{MANY}][{N}]*[多余几]?(?:位|元|万元|亿元|天|周|个月|个季度|年|小时|分钟|个百分点|人|名|户)"
    rf"|[{MANY}][{N}]*个[^，。；]{{0,2}}季度"
)
CARDINAL = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
UNITS = (
    "customers|orders|days|weeks|months|quarters|years|hours|minutes|people|managers|seats|points|"
    "yuan|pounds|dollars|euros|per cent|percent"
)
IN_ENGLISH = re.compile(
    rf"\b(?:(?:{CARDINAL})[ -](?:{UNITS})|(?:{CARDINAL}|a) (?:hundred|thousand|million|billion|dozen)"
    rf"|per (?:hundred|thousand)|(?:once|{CARDINAL}(?: \w+)?) in (?:{CARDINAL})"
    r"|(?:(?:one|two|three|four|five|six|seven|eight|nine) )?(?:half|halves|thirds?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|"
    r"\w+tieths?|hundredths?)|twice|thrice|doubled?|tripled?)\b",
    re.IGNORECASE,
)


def typed(text: str, lang: Lang) -> list[str]:
    """The figures of ``text``, in digits or words, that ``typed.yaml`` does not allow.

    >>> typed("留存提高了 12%，约三成客户（95% 区间见表）", "zh")
    ['12%', '三成']
    >>> typed("Retention rose by a third (Wilson 1927), see the 95% interval.", "en")
    ['third']
    """
    text = CITATION.sub(" ", PLACE.sub(" ", text))
    for allowed in _allowed()[lang]:
        text = allowed.sub(" ", text)
    words = IN_CHINESE if lang == "zh" else IN_ENGLISH
    found = [(match.start(), match[0]) for pattern in (DIGITS, words) for match in pattern.finditer(text)]
    return [figure for _, figure in sorted(found)]


def typed_in_markdown(source: str, lang: Lang) -> list[tuple[int, str]]:
    """Line, from 1, and figure of each that an author typed; code, formulas, links and numbering do not count.

    >>> typed_in_markdown("## 2. What `x = 5` gives\\n\\nCost fell by 8%.", "en")
    [(3, '8%')]
    """
    said = UNSAID.sub(lambda match: "\n" * match[0].count("\n") or " ", source)
    lines = enumerate(MARKERS.sub(" ", said).split("\n"), 1)
    return [(number, figure) for number, line in lines for figure in typed(line, lang)]


@cache
def _allowed() -> dict[Lang, list[re.Pattern[str]]]:
    text = resources.files("toolkit.reporting").joinpath("typed.yaml").read_text("utf-8")
    table = YAML(typ="safe", pure=True).load(text)
    return {lang: [_phrase(one) for one in sorted(table[lang], key=len, reverse=True)] for lang in LANGS}


def _phrase(text: str) -> re.Pattern[str]:
    """The phrase, in the plural too, blanks as they come."""
    return re.compile(r"\s*".join(map(re.escape, text.split())) + "s?", re.IGNORECASE)
