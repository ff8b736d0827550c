"""A text as YAML 1.2, and in plain words why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Key = tuple[str | int, ...]
Words = tuple[str, str]

FULL_WIDTH = {"：": ":", "，": ",", "｛": "{", "｝": "}", "［": "[", "］": "]", "　": "", "＃": "#"}
DAY = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
TIMESTAMP = "tag:yaml.org,2002:timestamp"
INDENTED: Words = (
    "这一行的缩进与上面各行对不上；同一层的键请左对齐，用同样多的空格",
    "the indentation of this line does not fit the lines above; align keys of one level with the same number of spaces",
)
SAID: tuple[tuple[str, Words], ...] = (
    ("'\\t'", ("这一行用了制表符（Tab）；请改成空格", "this line has a tab; use spaces instead")),
    ("expected <block end>", INDENTED),
    ("expected ',' or", ("括号没有关上，或两项之间少了逗号；请补上", "a bracket is not closed, or a comma between two items is missing; add it")),
    (
        "mapping values are not allowed",
        ("一行里有两个冒号，或缩进不对；含冒号的文字请加引号", "two colons in one line, or wrong indentation; put quotes around text with a colon"),
    ),
    ("could not find expected ':'", ("这一行缺少冒号；键与值之间请写半角冒号加一个空格", "this line has no colon; write 'key: value' with a colon and a space")),
    ("unexpected end of stream", ("引号没有关上；请补上", "a quotation mark is not closed; add it")),
    ("cannot start any token", ("文字以 YAML 的特殊符号开头；请给整段文字加引号", "the text begins with a sign that YAML reserves; put quotes around all of it")),
    ("undefined alias", ("以 * 开头的文字请加引号", "put quotes around text that begins with *")),
)  # fmt: skip
OTHERWISE: Words = (
    "这一行不是有效的 YAML；请对照 params/ 中的样例检查冒号、引号和缩进",
    "this line is not valid YAML; compare its colons, quotes and indentation with the examples in params/",
)


class NotYaml(Exception):
    """Where and why a text is no YAML.

    Parameters
    ----------
    line : int
        Counted from 1.
    key : str
        The key that is meant; empty where none is.
    words : (zh, en)
    """

    def __init__(self, line: int, key: str, words: Words) -> None:
        super().__init__(words[1])
        self.line, self.key, self.words = line, key, words


@lru_cache(maxsize=64)
def parse(text: str) -> tuple[Any, Mapping[Key, int]]:
    """What ``text`` says as plain dicts, lists and scalars, and the line of every key.

    The files of a study name each other, so the same text is asked for often; the answer must not be changed.

    Raises
    ------
    NotYaml
    """
    try:
        tree = YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        raise _twice(text.splitlines(), error) from None
    except MarkedYAMLError as error:
        raise _misspelt(text.splitlines(), error) from None
    except (YAMLError, ValueError):
        raise next(_no_days(YAML(typ="rt").compose(text)), NotYaml(1, "", OTHERWISE)) from None
    lines: dict[Key, int] = {}
    return _plain(tree, (), lines), lines


def written_at(line: str, key: str) -> str | None:
    """What stands behind ``key`` in one line of a file, as it was typed; None where it does not stand there.

    >>> written_at("bootstrap: {draws: 1e3, seed: 1}  # few", "draws"), written_at("id: 010  # old", "id")
    ('1e3', '010')
    """
    found = re.search(rf"(?:^|[\s{{,\[\"'-]){re.escape(key)}[\"']?\s*:\s+(?P<value>[^,\]}}#\n]*)", line)
    return (found["value"].strip() or None) if found else None


def _twice(lines: Sequence[str], error: DuplicateKeyError) -> NotYaml:
    line, column = error.problem_mark.line, error.problem_mark.column
    key = error.problem.split('"')[1] if '"' in error.problem else "?"
    begun = error.context_mark.line if error.context_mark else 0
    same = re.compile(rf"[\"']?{re.escape(key)}[\"']?\s*:")
    above = [
        n for n in range(begun, line) if same.match(lines[n][column:]) and not lines[n][:column].strip(" -{")
    ]
    first = above[0] + 1 if above else line + 1
    return NotYaml(
        line + 1,
        key,
        (
            f"同一项写了两次，第 {first} 行已经写过；请删去一处",
            f"the key is written twice, first in line {first}; delete one of them",
        ),
    )


def _misspelt(lines: Sequence[str], error: MarkedYAMLError) -> NotYaml:
    told = error.problem_mark or error.context_mark
    begun = error.context_mark or told
    inside = (
        begun.line
        if error.problem and ("expected ':'" in error.problem or "expected ','" in error.problem)
        else told.line
    )
    for number in dict.fromkeys((inside, told.line, told.line - 1)):
        if words := _full_width(lines[number] if 0 <= number < len(lines) else ""):
            return NotYaml(number + 1, "", words)
    said = f"{error.context or ''} {error.problem or ''}"
    words = next((words for sign, words in SAID if sign in said), OTHERWISE)
    if "expected ':'" in said and re.search(r"\w:\w", lines[inside] if inside < len(lines) else ""):
        words = ("冒号后面缺一个空格；请写作 键: 值", "a space is missing after the colon; write key: value")
    return NotYaml(inside + 1, "", words)


def _full_width(line: str) -> Words | None:
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", line.partition(" #")[0])
    found = next((sign for sign in FULL_WIDTH if sign in bare), None)
    return full_width_words(found) if found else None


def full_width_words(sign: str) -> Words:
    """What to say of a full-width ``sign`` that stands where YAML wants a plain one."""
    plain = FULL_WIDTH[sign]
    if sign == "　":
        return "这一行有全角空格；请改成半角空格", "this line has a full-width space; use plain spaces"
    after = ("加一个空格", " and a space") if plain in ":," else ("", "")
    return (
        f"“{sign}”是全角的；请改成半角的 {plain} {after[0]}".rstrip(),
        f"“{sign}” is full-width; write a plain {plain}{after[1]}",
    )


def _no_days(node: Node | None) -> Iterator[NotYaml]:
    """Dates that no calendar has."""
    if isinstance(node, ScalarNode) and node.tag == TIMESTAMP:
        found = DAY.match(node.value)
        try:
            date(*map(int, found.groups())) if found else None
        except ValueError:
            words = (
                f"日历上没有 {node.value} 这一天；请改正日期",
                f"the calendar has no {node.value}; correct the date",
            )
            yield NotYaml(node.start_mark.line + 1, "", words)
    for inner in node.value if isinstance(node, MappingNode | SequenceNode) else ():
        for one in inner if isinstance(inner, tuple) else (inner,):
            yield from _no_days(one)


def _plain(node: Any, key: Key, lines: dict[Key, int]) -> Any:
    if isinstance(node, dict):
        for name in node:
            position = node.lc.data.get(name)
            lines[(*key, name)] = position[0] + 1 if position else 1
        return {name: _plain(value, (*key, name), lines) for name, value in node.items()}
    if isinstance(node, list):
        for index in range(len(node)):
            lines[(*key, index)] = node.lc.data[index][0] + 1
        return [_plain(value, (*key, index), lines) for index, value in enumerate(node)]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node
