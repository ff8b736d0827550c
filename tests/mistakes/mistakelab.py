"""A project on disk in which mistakes are made, and the command that answers them.

The parameter files and the notebooks are those of the project; beside them lies a small company of its own, with a
file of orders, a workbook and a list of customers, so that mistakes at the door can be made too.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parents[2]
STUDY, OWN = "params/studies/demo.yaml", "params/studies/own.yaml"
VIP, SCORE = "params/policies/demo/vip_2022.yaml", "params/policies/demo/weighted_2027.yaml"
ABC, RULE = "params/policies/demo/abc_2027.yaml", "params/decision_rules/board_2026.yaml"
CHAPTER = "notebooks/03_who_stays.ipynb"
FLOORS, GRADES = "params/policies/online_retail/floors.yaml", "grades.csv"
ORDERS, BOOK, CUSTOMERS = "data/orders.csv", "data/orders.xlsx", "data/customers.csv"
OWN_STUDY = """\
base: online_retail.yaml
id: own
company: {zh: 本公司, en: Our company}
history:
  replace: true
  kind: files
  latest: 2026-12-31
  transactions:
    path: orders.csv
    columns: {customer_id: 客户编号, order_id: 订单号, paid_at: 付款日期, amount: 金额}
  tables:
    customers:
      path: customers.csv
      columns: {customer_id: 客户编号, region: 地区}
"""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake of an analyst and what must be answered.

    Attributes
    ----------
    id : str
    zh, en : str
        The mistake in words.
    make : callable (Lab) -> None
        Makes it in the files.
    command : tuple of str
        What is typed after ``gradelab``.
    file, line : str
        The file that the answer must point at, and text of the line in it (made by the mistake); empty for none.
    said_zh, said_en : tuple of str
        What a user needs to read.
    code : int
        Exit code.
    line_number : int
        Of the line, where its text stands in another line too; 0 to look for the text.
    leaves : tuple of str
        Files that the command makes all the same.
    """

    id: str
    zh: str
    en: str
    make: Callable[[Lab], Any]
    command: tuple[str, ...]
    file: str
    line: str
    said_zh: tuple[str, ...]
    said_en: tuple[str, ...]
    code: int = 3
    line_number: int = 0
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the command said.

    Attributes
    ----------
    code : int
    zh, en : str
        All of it, files named from the project's folder.
    touched : tuple of str
        Files that the command changed, made or removed.
    """

    code: int
    zh: str
    en: str
    touched: tuple[str, ...]

    def problems(self, lang: str) -> list[str]:
        """What is wrong, one line each: numbered lines, the failed check of a dry run, or else all that was said."""
        lines = (self.zh if lang == "zh" else self.en).splitlines()
        numbered = [found[1] for line in lines if (found := re.match(r"\s+\d+\. (.*)", line))]
        failed = [line.removeprefix("✗ ") for line in lines if line.startswith("✗ ")]
        return numbered or failed or lines


class Lab:
    """A project in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self) -> Lab:
        """Copy the parameter files and the notebooks, write the company's data."""
        shutil.copytree(ROOT / "params", self.folder / "params")
        shutil.copytree(ROOT / "notebooks", self.folder / "notebooks")
        (self.folder / "data").mkdir()
        self.write(OWN, OWN_STUDY)
        header, rows = ("客户编号", "订单号", "付款日期", "金额"), list(_orders())
        self.write(ORDERS, "".join(",".join(row) + "\n" for row in (header, *rows)))
        book = openpyxl.Workbook()
        book.active.title = "说明"
        book.active.append(["本表由财务部导出"])
        page = book.create_sheet("订单")
        for row in (header, *rows):
            page.append(row)
        book.save(self.folder / BOOK)
        customers = [f"c{number:02},{('华东', '华北')[number % 2]}\n" for number in range(30)]
        self.write(CUSTOMERS, "客户编号,地区\n" + "".join(customers))
        return self

    def text(self, file: str) -> str:
        """What ``file`` says."""
        return (self.folder / file).read_text("utf-8")

    def write(self, file: str, text: str, encoding: str = "utf-8") -> None:
        """Write ``file`` anew."""
        (self.folder / file).write_bytes(text.encode(encoding))

    def swap(self, file: str, right: str, wrong: str) -> None:
        """Write ``wrong`` where ``right`` stands first."""
        text = self.text(file)
        assert right in text, f"{file} does not say {right!r}"
        self.write(file, text.replace(right, wrong, 1))

    def cell(self, file: str, place: int, **changed: Any) -> None:
        """Change the code cell number ``place`` of a notebook."""
        notebook = json.loads(self.text(file))
        [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][place].update(changed)
        self.write(file, json.dumps(notebook, ensure_ascii=False, indent=1))

    def line(self, file: str, text: str) -> int:
        """Number of the first line of ``file`` that holds ``text``."""
        raw = (self.folder / file).read_bytes().decode("utf-8", "replace")
        return next(number for number, line in enumerate(raw.splitlines(), 1) if text in line)

    def ask(self, *command: str) -> Answer:
        """What ``gradelab command`` answers in both languages."""
        before = self._contents()
        said = [self._said(command, lang) for lang in ("zh", "en")]
        after = self._contents()
        touched = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        assert said[0][0] == said[1][0]
        zh, en = (text.replace(f"{self.folder}/", "") for _, text in said)
        return Answer(said[0][0], zh, en, tuple(sorted(touched)))

    def _said(self, command: tuple[str, ...], lang: str) -> tuple[int, str]:
        from toolkit.cli import main

        told = StringIO()
        with _standing_in(self.folder, lang), redirect_stdout(told), redirect_stderr(told):
            sys.argv = ["gradelab", *command]
            try:
                main()
            except SystemExit as ended:
                return int(ended.code or 0), told.getvalue()
        return 0, told.getvalue()

    def _contents(self) -> dict[str, str]:
        """Every file but the reports."""
        files = (
            path
            for path in self.folder.rglob("*")
            if path.is_file() and path.relative_to(self.folder).parts[0] != "reports"
        )
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }


def answered(lab: Lab, mistake: Mistake) -> Answer:
    """Make the mistake and ask."""
    mistake.make(lab)
    return lab.ask(*mistake.command)


@contextmanager
def _standing_in(folder: Path, lang: str) -> Iterator[None]:
    """The working folder, language and words of a user."""
    here, words, environment = Path.cwd(), sys.argv, dict(os.environ)
    os.environ["GRADELAB_LANG"] = lang
    os.environ.pop("GRADELAB_DATA", None)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
        sys.argv = words
        os.environ.clear()
        os.environ.update(environment)


def _orders() -> Iterator[tuple[str, ...]]:
    """An order of every customer in every quarter of three years."""
    months = [(year, month) for year in (2024, 2025, 2026) for month in (2, 5, 8, 11)][:11]
    for number in range(30):
        for place, (year, month) in enumerate(months):
            day, amount = 1 + (number * 7 + place) % 27, 100 + 37 * number + 11 * place
            yield f"c{number:02}", f"o{number:02}{place:02}", f"{year}-{month:02}-{day:02}", str(amount)
