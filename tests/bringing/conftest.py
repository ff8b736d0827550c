"""A project of a newcomer, and companies' files that the tests write themselves."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console
from typer.testing import CliRunner

from toolkit.bringing.brought import Brought, Wanted
from toolkit.bringing.command import bring
from toolkit.cli import app
from toolkit.errors import GradelabError

TODAY = date(2026, 11, 22)


class Newcomer:
    """A project without any data yet, in which somebody types."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"

    def study(self, name: str = "mine") -> Path:
        return self.folder / "params" / "studies" / f"{name}.yaml"

    def answers(self, text: str) -> Path:
        path = self.folder / "answers.yaml"
        path.write_text(text, "utf-8")
        return path

    def csv(self, name: str, text: str, encoding: str = "utf-8") -> str:
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return str(path)

    def book(self, name: str, **sheets: list[tuple]) -> str:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for row in rows:
                page.append(row)
        book.save(self.data / name)
        return str(self.data / name)

    def call(self, *words: str | Path, lang: str = "en"):
        """A command, as nobody at a terminal types it."""
        return CliRunner().invoke(app, [*map(str, words), "--lang", lang], catch_exceptions=True)

    def bring(self, *files: str, answers: str = "", **more) -> dict:
        """Import without asking; what came of it."""
        told = ["--answers", self.answers(answers)] if answers else []
        extra = [word for key, value in more.items() for word in (f"--{key.replace('_', '-')}", value)]
        found = self.call("import", *files, "--study-id", "mine", "--json", *told, *extra)
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return json.loads(found.stdout)

    def refused(self, *files: str, answers: str = "", **more) -> tuple[str, str]:
        """What is said where an import that asks nobody is refused, in both languages; nothing may be written then."""
        with pytest.raises(GradelabError) as refusal:
            self.bring(*files, answers=answers, **more)
        assert not self.study().exists() or more
        assert refusal.value.zh != refusal.value.en
        return refusal.value.zh, refusal.value.en

    def ask(self, *files: str, typed: list[str], **wanted) -> tuple[Brought, str, list[str]]:
        """Import with somebody who types; what was shown, and what was asked."""
        asked, waiting = [], iter(typed)

        def answer(prompt: str) -> str:
            asked.append(prompt)
            return next(waiting)

        console = Console(record=True, width=160, file=io.StringIO())
        found = Brought()
        bring(Wanted(files, "mine", asks=True, **wanted), found, console, answer, TODAY)
        return found, console.export_text(), asked


@pytest.fixture
def newcomer(tmp_path, root, monkeypatch) -> Newcomer:
    """A project in a temporary folder, in which the test stands."""
    shutil.copytree(root / "params", tmp_path / "params")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADELAB_DATA", raising=False)
    monkeypatch.setenv("GRADELAB_LANG", "en")
    return Newcomer(tmp_path)


@pytest.fixture
def graded(newcomer) -> Callable[..., dict[str, str]]:
    """Grades that the written study gives, by customer, through the commands of a user."""

    def _graded(policy: str = "floors", quarter: str = "last") -> dict[str, str]:
        checked = newcomer.call("check", newcomer.study(), newcomer.folder / "params" / "policies" / "mine")
        assert checked.exit_code == 0, checked.output
        out = newcomer.folder / "grades.csv"
        told = newcomer.call(
            "grade", newcomer.folder / "params" / "policies" / "mine" / f"{policy}.yaml", "--study", newcomer.study(),
            "--quarter", quarter, "--out", out,
        )  # fmt: skip
        assert told.exit_code == 0, (told.output, told.exception)
        lines = [line.split('","') for line in out.read_text("utf-8").splitlines()[1:]]
        return {line[0].strip('"'): line[2] for line in lines}

    return _graded
