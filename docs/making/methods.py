"""What a page of the methods takes from the code: formula and assumptions, refusals, and how often intervals hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

from toolkit.effects.reasons import REASONS
from toolkit.reporting.methods import methods
from toolkit.terms import HAN, Lang

HEADS = {
    "estimates": {"zh": "估计什么", "en": "What it estimates"},
    "formula": {"zh": "公式", "en": "Formula"},
    "holds": {"zh": "什么必须成立", "en": "What must be true"},
    "checked": {"zh": "报告在哪里核对", "en": "Where a report checks it"},
    "source": {"zh": "出处", "en": "Source"},
}
STOP = {"zh": "：", "en": ". "}
REFUSAL = {
    "en": "| code | what is said | what would mend it |\n|---|---|---|\n",
    "zh": "| 代码 | 报告怎样说 | 怎样才能弄清 |\n|---|---|---|\n",
}
COVERAGE = {
    "en": ("setting", "customers", "truth", "bias", "95% intervals hold the truth", "refused", "met"),
    "zh": ("情形", "客户数", "真值", "偏差", "95% 区间包含真值", "拒答", "达标"),
}
COLUMNS = (0, 1, 3, 4, 6, 7, 11)
BOTH = re.compile(rf"([^{HAN}<]*[^{HAN}<\s])\s*(?:<br>|\s)\s*(\S*[{HAN}].*)")
BAND = (0.92, 0.98)


def shown(root: Path, what: str, about: str, lang: Lang) -> str:
    """The Markdown that ``<!-- show: what about -->`` stands for.

    Raises
    ------
    KeyError
        If there is no such thing to show.
    """
    makers: dict[str, Callable[[], str]] = {
        "method": lambda: method(about, lang),
        "refusals": lambda: refusals(about.split(), lang),
        "coverage": lambda: coverage(root, [part.strip() for part in about.split(";")], lang),
        "module": lambda: module(root, about),
        "choice": lambda: section(root / "docs" / "choice.md", about, lang),
    }
    return makers[what]()


def method(name: str, lang: Lang) -> str:
    """A method of ``toolkit/reporting/methods.yaml``."""
    one = methods()[name]
    said = {"estimates": one.estimates.text(lang), "formula": f"$$\n{one.formula}\n$$",
            "holds": one.holds.text(lang), "checked": one.checked.text(lang), "source": one.source}  # fmt: skip
    return "\n\n".join(
        f"**{HEADS[key][lang]}**{STOP[lang]}{text}" if key != "formula" else text
        for key, text in said.items()
    )


def refusals(codes: list[str], lang: Lang) -> str:
    """Reasons of ``toolkit/effects/reasons.py`` as a table."""
    rows = [REASONS[code] for code in codes]
    return REFUSAL[lang] + "\n".join(
        f"| `{one.code}` | {one.sentence.text(lang)} | {one.remedy.text(lang)} |" for one in rows
    )


def coverage(root: Path, settings: list[str], lang: Lang) -> str:
    """Lines of ``docs/coverage.md`` whose setting begins with one of ``settings``, and their picture."""
    text = (root / "docs" / "coverage.md").read_text("utf-8")
    lines = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in re.findall(r"^\| .+\|$", text, re.M)
    ]
    rows = [line for line in lines if any(line[0].startswith(one) for one in settings)]
    missing = [one for one in settings if not any(line[0].startswith(one) for line in rows)]
    if missing:
        raise KeyError(f"docs/coverage.md has no setting {missing}")
    side = {"en": 0, "zh": -1}[lang]
    table = ["| " + " | ".join(COVERAGE[lang]) + " |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    table += ["| " + " | ".join(line[n].split("<br>")[side].strip() for n in COLUMNS) + " |" for line in rows]
    return picture(rows, lang) + "\n\n" + "\n".join(table)


def picture(rows: list[list[str]], lang: Lang) -> str:
    """Share of intervals that hold the truth, one line for each setting, one mark for each size."""
    given = [row for row in rows if row[6].endswith("%")]
    names = list(dict.fromkeys(row[0] for row in given))
    height, left, width = 34 * len(names) + 34, 16, 640

    def x(share: float) -> float:
        return round(left + share * (width - 2 * left), 1)

    said = {"en": "share of 95% intervals that hold the truth; the band is 92 to 98%",
            "zh": "95% 区间包含真值的比例；阴影为 92% 至 98%"}[lang]  # fmt: skip
    parts = [
        f'<rect class="band" x="{x(BAND[0])}" y="0" width="{x(BAND[1]) - x(BAND[0]):.1f}" height="{height - 22}"/>'
    ]
    for number, name in enumerate(names):
        y = 34 * number + 26
        title = escape(name.split("<br>")[0 if lang == "en" else -1])
        parts.append(f'<text x="{left}" y="{y - 10}">{title}</text>')
        parts.append(f'<line x1="{x(0)}" x2="{x(1)}" y1="{y}" y2="{y}"/>')
        for size, row in enumerate(row for row in given if row[0] == name):
            share = float(row[6].rstrip("%")) / 100
            parts.append(
                f'<circle cx="{x(share)}" cy="{y}" r="{3 + size}"><title>{row[1]}: {row[6]}</title></circle>'
            )
    parts += [f'<text class="tick" x="{x(at)}" y="{height - 6}">{at:.0%}</text>' for at in (0, 0.5, 0.95)]
    inner = "".join(parts)
    return (
        f'<figure class="coverage"><svg viewBox="0 0 {width} {height}" role="img" aria-label="{said}">{inner}</svg>'
        f"<figcaption>{said}</figcaption></figure>"
    )


def module(root: Path, name: str) -> str:
    """What a module says of itself."""
    text = ast.get_docstring(ast.parse((root / f"{name.replace('.', '/')}.py").read_text("utf-8")))
    text = re.sub(r"^(\S.*)\n-{3,}\n", r"**\1**. ", text, flags=re.MULTILINE)
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    return f"{text}\n\n*From `{name}`.*"


def section(page: Path, title: str, lang: Lang) -> str:
    """The tables below the heading of ``page`` that begins with ``title``, in one of their two languages."""
    parts = re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)
    [found] = [part for part in parts if part.startswith(title)]
    rows = [line.strip().strip("|").split("|") for line in found.splitlines() if line.startswith("|")]
    return "\n".join(f"| {' | '.join(_said(cell, lang) for cell in row)} |" for row in rows)


def _said(cell: str, lang: Lang) -> str:
    """What a cell in both languages says in one of them.

    >>> _said(" pilot by lot<br>抽签试点 ", "en"), _said(" customers 客户数 ", "zh"), _said(" 0.1% ", "zh")
    ('pilot by lot', '客户数', '0.1%')
    """
    cell = cell.strip()
    split = BOTH.fullmatch(cell)
    return split[1 if lang == "en" else 2] if split else cell
