"""One problem of a parameter file: where it is, what was written, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.errors import ParameterError
from toolkit.params.references import HIDDEN
from toolkit.terms import Lang

KINDS: dict[str, tuple[str, str]] = {
    "missing": ("缺少这一项，必须填写", "this key is required and missing"),
    "extra_forbidden": ("没有这一项", "there is no such key"),
    "greater_than_equal": ("应不小于 {ge}", "must be at least {ge}"),
    "greater_than": ("应大于 {gt}", "must be greater than {gt}"),
    "less_than_equal": ("应不大于 {le}", "must be at most {le}"),
    "less_than": ("应小于 {lt}", "must be less than {lt}"),
    "int_type": ("应为整数", "must be a whole number"),
    "int_from_float": ("应为整数", "must be a whole number"),
    "float_type": ("应为数字", "must be a number"),
    "finite_number": ("应为有限的数字", "must be a finite number"),
    "string_type": (
        "应为文字；若是数字或是否值请加引号",
        "must be text; put quotes around a number or true/false",
    ),
    "bool_type": ("应为 true 或 false", "must be true or false"),
    "invalid_key": (
        "键应为文字；花括号里的一句话若含逗号或冒号，请给整句加引号",
        "keys must be text; inside braces a sentence with a comma or colon needs quotes",
    ),
    "date_type": ("应为日期，如 2026-09-30", "must be a date such as 2026-09-30"),
    "literal_error": ("应为以下之一：{expected}", "must be one of: {expected}"),
    "string_pattern_mismatch": ("写法应符合 {pattern}", "must match the pattern {pattern}"),
    "string_too_short": ("文字不能为空", "must not be empty"),
    "string_too_long": ("文字最多 {max_length} 个字符", "must have at most {max_length} characters"),
    "too_short": ("至少需要 {min_length} 项", "needs at least {min_length} item(s)"),
    "too_long": ("最多允许 {max_length} 项", "allows at most {max_length} item(s)"),
    "dict_type": ("应为“键: 值”的一组内容", "must be a block of 'key: value' lines"),
    "model_type": ("应为“键: 值”的一组内容", "must be a block of 'key: value' lines"),
    "model_attributes_type": ("应为“键: 值”的一组内容", "must be a block of 'key: value' lines"),
    "tuple_type": ("应为列表", "must be a list"),
    "list_type": ("应为列表", "must be a list"),
    "union_tag_not_found": (
        "缺少 {discriminator}，无法判断种类",
        "needs {discriminator} to say which kind it is",
    ),
    "union_tag_invalid": ("没有这一种", "there is no such kind"),
}

PATTERNS: dict[str, tuple[str, str]] = {
    r"^\d{4}Q[1-4]$": ("应为季度，如 2026Q3", "must be a quarter such as 2026Q3"),
    r"^(last|\d{4}Q[1-4])$": ("应为 last 或季度，如 2026Q3", "must be last or a quarter such as 2026Q3"),
    r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$": (
        '应为时刻，四位数字加引号，如 "08:00"',
        'must be a time of day with four digits in quotes, such as "08:00"',
    ),
    r"^[A-Z]{3}$": ("应为三个大写字母，如 CNY", "must be three capital letters such as CNY"),
    r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$": (
        "应写作 模块:函数，如 company.notify:tell",
        "must be written module:function, such as company.notify:tell",
    ),
    r"^[a-z][a-z0-9_]*$": (
        "应以小写字母开头，只含小写字母、数字和下划线，如 vip_2026",
        "must begin with a small letter and hold small letters, digits and _ only, such as vip_2026",
    ),
}

REPLACED: dict[str, str] = {
    "threshold": "thresholds",
    "abc": "pareto",
    "cost_cny": "cost_per_quarter",
    "hold": "hold_quarters",
}


KEYS_LISTED = 6
NAMES_LISTED = 16
LISTED = ("；可用的列在 params/README.md", "; those allowed are listed in params/README.md")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a parameter file.

    Attributes
    ----------
    file : str
        As the user named it.
    line : int
        Counted from 1; the line of the nearest key that exists.
    key : str
        Dotted path of the key.
    value : str
        What was written, shortened; empty where nothing was.
    zh, en : str
        What is allowed.
    """

    file: str
    line: int
    key: str
    value: str
    zh: str
    en: str

    def text(self, lang: Lang) -> str:
        """The problem as one line."""
        if lang == "zh":
            wrote = f"（写的是 {self.value}）" if self.value else ""
            return f"{self.file} 第 {self.line} 行，{self.key or '整个文件'}：{self.zh}{wrote}"
        wrote = f" (you wrote {self.value})" if self.value else ""
        return f"{self.file}, line {self.line}, {self.key or 'whole file'}: {self.en}{wrote}"


class FileProblems(ParameterError):
    """All problems of one or several parameter files at once.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            zh=f"参数文件有 {len(problems)} 个问题：\n" + _numbered(problems, "zh"),
            en=f"The parameter files have {len(problems)} problem(s):\n" + _numbered(problems, "en"),
        )

    def __reduce__(self) -> tuple:
        return type(self), (self.problems,)


def _numbered(problems: Sequence[Problem], lang: Lang) -> str:
    return "\n".join(f"  {i}. {problem.text(lang)}" for i, problem in enumerate(problems, 1))


def shown(value: Any, limit: int = 60) -> str:
    """``value`` as the user wrote it, shortened."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    text = value if isinstance(value, str) else str(value) if isinstance(value, date) else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def worded(kind: str, context: dict[str, Any], fallback: str) -> tuple[str, str]:
    """The rule that was broken, in Chinese and English."""
    if kind in ("gradelab", HIDDEN):
        return context["zh"], context["en"]
    if context.get("pattern") in PATTERNS:
        return PATTERNS[context["pattern"]]
    zh, en = KINDS.get(kind, (f"不符合要求：{fallback}", fallback))
    plain = {key: _plain(value) for key, value in context.items()}
    listed = {key: text.replace(", ", "、") for key, text in plain.items()}
    return zh.format_map(_Kept(listed)), en.format_map(_Kept(plain))


def suggested(key: str, known: Sequence[str], listed: tuple[str, str] = LISTED) -> tuple[str, str]:
    """A hint for an unknown key: its replacement, the nearest known one, or all; ``listed`` says where many stand."""
    new = REPLACED.get(key) if REPLACED.get(key) in known else None
    if new:
        return f"；已改名为 {new}", f"; it is now called {new}"
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if near:
        return f"；是否想写 {near[0]}", f"; did you mean {near[0]}"
    if len(known) > NAMES_LISTED or listed is not LISTED:
        return listed
    return f"；可用的有 {'、'.join(known)}", f"; allowed are {', '.join(known)}"


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).replace("' or '", ", ").replace("', '", ", ").strip("'")


class _Kept(dict):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
