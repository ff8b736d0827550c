"""Reference pages generated from the code: commands, parameters, measures, grading systems, words, rooms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import toolkit
from toolkit.cli import app
from toolkit.measures.registry import MEASURES, labels
from toolkit.params.policy import read_policy
from toolkit.params.reference import page as parameter_page
from toolkit.schemes.description import describe_policy
from toolkit.terms import LANGS, UNITS, Lang

TITLES: dict[str, dict[str, str]] = {
    "commands": {"en": "Commands", "zh": "命令"},
    "measures": {"en": "Measures", "zh": "指标"},
    "systems": {"en": "Grading systems of the catalogue", "zh": "目录中的分级办法"},
    "words": {"en": "Words", "zh": "用语"},
}
SAID: dict[str, dict[str, str]] = {
    "commands": {
        "en": "Generated from the command line. Every command takes `--lang zh` or `--lang en`; `-h` shows what stands here.",
        "zh": "由命令行生成。每个命令都可以加 `--lang zh` 或 `--lang en`；`-h` 显示的就是这里的内容。",
    },
    "measures": {
        "en": "Generated from the register. A measure is a number for every customer and window of quarters; `gradelab` refuses by name "
        "what a history lacks for it.",
        "zh": "由指标登记表生成。指标是每位客户在一段季度窗口内的一个数；数据里缺少所需内容时，会指名说明。",
    },
    "systems": {
        "en": "Generated from `params/catalogue/`. What the texts leave open is filled by a value marked `# ours` in the file; the number "
        "of such values stands in the last column.",
        "zh": "由 `params/catalogue/` 生成。原文没有写明之处填有标 `# ours` 的数值，其个数列在末列。",
    },
    "words": {
        "en": "One word, one meaning, in code, files, notebooks and reports; the table is that of `CONTRIBUTING.md`.",
        "zh": "一词一义，代码、文件、笔记本与报告通用；表格取自 `CONTRIBUTING.md`。",
    },
}
HEADS: dict[str, dict[str, str]] = {
    "argument": {
        "en": "| argument or option | meaning |\n|---|---|\n",
        "zh": "| 参数或选项 | 含义 |\n|---|---|\n",
    },
    "measures": {
        "en": "| id | name | unit | better | factor | definition | needs |\n|---|---|---|---|---|---|---|\n",
        "zh": "| 编号 | 名称 | 单位 | 方向 | 因子 | 定义 | 需要 |\n|---|---|---|---|---|---|---|\n",
    },
    "systems": {
        "en": "| id | title | kind | what it does | filled by us |\n|---|---|---|---|---:|\n",
        "zh": "| 编号 | 名称 | 种类 | 怎样分级 | 由我们填 |\n|---|---|---|---|---:|\n",
    },
}
WIDE = dict.fromkeys(("measures", "systems", "words"), "---\nhide: [toc]\n---\n\n")
UNIT_WORDS = {
    "money": {"zh": "金额", "en": "money"}, "share": {"zh": "比例", "en": "share"}, "index": {"zh": "指数", "en": "index"},
    "count": {"zh": "次数", "en": "count"}, "per_quarter": {"zh": "每季度", "en": "each quarter"},
}  # fmt: skip
QUIET = "---\nsearch: {boost: 0.1}\n---\n\n"
PYTHON: dict[str, tuple[str, str, str]] = {
    "en": ("Python", "Written from the docstrings, room by room. A row of data walks from `history` to `reporting`; a room may use "
           "those below it, never one above.", "| room | holds | entries |\n"),
    "zh": ("Python 接口", "由代码中的说明逐个房间生成，正文为英文。数据从 `history` 走到 `reporting`，每个房间只使用它下面的房间。",
           "| 房间 | 内容 | 条目 |\n"),
}  # fmt: skip
ENGLISH = "../../../reference/python/"
IN_ENGLISH = "本房间各条目的英文说明："
BETTER = {"higher": {"en": "higher", "zh": "越高越好"}, "lower": {"en": "lower", "zh": "越低越好"}}
HAN = re.compile(r"[\u3400-\u9fff]")


def pages(root: Path) -> dict[str, str]:
    """Text of every generated page by its path below the documentation."""
    made = {"reference/parameters.md": parameter_page()}
    makers = {"commands": _commands, "measures": _measures, "systems": lambda lang: _systems(root, lang),
              "words": lambda lang: _words(root)}  # fmt: skip
    for name, make in makers.items():
        for lang in LANGS:
            end = ".md" if lang == "en" else f".{lang}.md"
            made[f"reference/{name}{end}"] = (
                f"{WIDE.get(name, '')}# {TITLES[name][lang]}\n\n{SAID[name][lang]}\n\n{make(lang)}"
            )
    return made | _rooms(root)


def _commands(lang: Lang) -> str:
    return "\n".join(
        _command(command, name, lang) for name, command in _named(typer.main.get_command(app), "gradelab")
    )


def _named(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by the words that call it."""
    if hasattr(command, "commands"):
        for part, below in command.commands.items():
            yield from _named(below, f"{name} {part}")
    else:
        yield name, command


def _command(command: Any, name: str, lang: Lang) -> str:
    told = [part.strip() for part in re.split(r"\n\s*\n", command.help or "")]
    wanted = [part for part in told if bool(HAN.search(part)) == (lang == "zh")]
    rows = [
        f"| {_called(one)} | {_cell(_side(one.help or '', lang))} |"
        for one in command.params
        if one.name != "help"
    ]
    return (
        f"## {name}\n\n{' '.join(' '.join(wanted).split())}\n\n{HEADS['argument'][lang]}"
        + "\n".join(rows)
        + "\n"
    )


def _called(one: Any) -> str:
    if one.param_type_name == "argument":
        return f"`{one.metavar or one.name.upper()}`"
    value = "" if one.is_flag else f" {one.metavar or one.name.upper()}"
    return f"`{', '.join(one.opts)}{value}`"


def _side(text: str, lang: Lang) -> str:
    zh, _, en = text.partition(" / ")
    return (zh if lang == "zh" else en or zh).strip()


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _measures(lang: Lang) -> str:
    rows = [
        f"| `{one.id}` | {one.label.text(lang)} | {UNITS[one.unit].label.text(lang) or UNIT_WORDS[one.unit][lang]} | {BETTER[one.better][lang]} "
        f"| {one.factor} | {_cell(one.note.text(lang))} | {' '.join(f'`{need}`' for need in one.needs)} |"
        for one in MEASURES.values()
    ]
    return HEADS["measures"][lang] + "\n".join(rows) + "\n"


def _systems(root: Path, lang: Lang) -> str:
    rows = []
    for path in sorted((root / "params" / "catalogue").glob("*.yaml")):
        policy = read_policy(path)
        ours = path.read_text("utf-8").count("# ours")
        rows.append(
            f"| [`{policy.id}`](#{policy.id}){{ #{policy.id} }} | {policy.title.text(lang)} | `{policy.scheme.kind}` "
            f"| {_cell(describe_policy(policy, labels()).text(lang))} | {ours} |"
        )
    return HEADS["systems"][lang] + "\n".join(rows) + "\n"


def _words(root: Path) -> str:
    """The glossary of CONTRIBUTING.md: the table whose head begins with the Chinese word."""
    text = (root / "CONTRIBUTING.md").read_text("utf-8")
    [table] = [part for part in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE) if "| 等级 | grade |" in part]
    return table


def surface(root: Path) -> dict[str, list[str]]:
    """What a company's own code may use, by room: ``toolkit.SURFACE`` where there is one."""
    rooms = getattr(toolkit, "SURFACE", None)
    if rooms is None:
        return defined(root)
    return {room: [f"{module}.{name}" for name, module in names.items()] for room, names in rooms.items()}


def defined(root: Path) -> dict[str, list[str]]:
    """Modules with at least one public function or class that says what it is, by room."""
    rooms: dict[str, list[str]] = {}
    for path in sorted((root / "toolkit").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1].startswith("_") or not _says_something(path):
            continue
        rooms.setdefault(parts[1], []).append(".".join(parts))
    return rooms


def _says_something(path: Path) -> bool:
    kinds = (ast.FunctionDef, ast.ClassDef)
    body = ast.parse(path.read_text("utf-8")).body
    return any(
        isinstance(one, kinds) and not one.name.startswith("_") and ast.get_docstring(one) for one in body
    )


def _rooms(root: Path) -> dict[str, str]:
    made, told, rooms = {}, _told(root), surface(root)
    for lang, (title, said, head) in PYTHON.items():
        rows = "".join(
            f"| [`{room}`]({room}.md) | {told.get(room, '')} | {len(names)} |\n"
            for room, names in rooms.items()
        )
        end = ".md" if lang == "en" else f".{lang}.md"
        made[f"reference/python/index{end}"] = f"# {title}\n\n{said}\n\n{head}|---|---|---:|\n{rows}"
    for room, names in rooms.items():
        parts = [f"{QUIET}# {room}", told.get(room, ""), *(f"::: {name}" for name in names)]
        made[f"reference/python/{room}.md"] = "\n\n".join(part for part in parts if part) + "\n"
        listed = "\n".join(
            f'- <a href="{ENGLISH}{room}.html#{name}"><code>{name}</code></a>' for name in names
        )
        made[f"reference/python/{room}.zh.md"] = f"{QUIET}# {room}\n\n{IN_ENGLISH}\n\n{listed}\n"
    return made


def _told(root: Path) -> dict[str, str]:
    """What each room holds, as CONTRIBUTING.md has it."""
    rows = re.findall(
        r"^\| `([a-z_]+)(?:/|\.py)` \| (.+?) \|$", (root / "CONTRIBUTING.md").read_text("utf-8"), re.M
    )
    return {room: text[0].upper() + text[1:] + "." for room, text in rows}
