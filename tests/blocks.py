"""The code blocks of the documentation, and a project in which they run as a reader would run them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

FENCE = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+?) -->\n+)?(?P<indent> *)```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
GIVEN = re.compile(r"^<!-- given: (\w+) -->$", re.MULTILINE)
NAMED = re.compile(r"^# ([\w./-]+\.(?:yaml|py|csv))(?:\s.*)?\n")
LANGUAGES = ("sh", "python", "yaml", "toml", "text")
WORKER = """
import json, sys, traceback
space = {"__name__": "__main__"}
for line in sys.stdin:
    try:
        exec(compile(json.loads(line), "<block>", "exec"), space)
        print(flush=True); print("\\x00done", flush=True)
    except BaseException:
        print(traceback.format_exc(), flush=True); print("\\x00failed", flush=True)
"""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block.

    Attributes
    ----------
    page : str
        Path below the checkout.
    line : int
    language, text : str
    reason : str
        Why the suite does not run it; empty where it does.
    """

    page: str
    line: int
    language: str
    text: str
    reason: str

    @property
    def id(self) -> str:
        """As a test is called."""
        return f"{self.page}:{self.line}"


def blocks(root: Path, page: Path) -> list[Block]:
    """Every fenced block of ``page``; text that only shows what is printed is none."""
    text = page.read_text("utf-8")
    found = []
    for match in FENCE.finditer(text):
        inner = re.sub(rf"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
        line = text.count("\n", 0, match.start("language")) + 1
        if match["language"] != "text":
            name = page.relative_to(root).as_posix()
            found.append(Block(name, line, match["language"], inner, match["reason"] or ""))
    return found


def given(page: Path) -> str:
    """What the page takes for granted: ``demo``, reports of two quarters; ``mine``, also a study of a company's own."""
    found = GIVEN.search(page.read_text("utf-8"))
    return found[1] if found else "demo"


class Project:
    """A copy of the checkout in which the blocks of one page run one after the other.

    Parameters
    ----------
    folder : Path
    lang : str
        Language of the messages.
    """

    def __init__(self, folder: Path, lang: str = "en") -> None:
        self.folder, self.lang = folder, lang
        self.done: dict[int, str] = {}
        self._python: subprocess.Popen[str] | None = None

    @property
    def env(self) -> dict[str, str]:
        """The environment of every command."""
        path = os.pathsep.join(
            (str(self.folder / ".bin"), str(Path(sys.executable).parent), os.environ["PATH"])
        )
        root = Path(__file__).resolve().parents[1]
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("GRADELAB_DATA", "PYTEST"))
        }
        return kept | {"PATH": path, "PYTHONPATH": str(root), "GRADELAB_LANG": self.lang, "OMP_NUM_THREADS": "1",
                       "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}  # fmt: skip

    def run(self, block: Block) -> None:
        """Run ``block``.

        Raises
        ------
        AssertionError
            With what was printed, if it fails.
        """
        {"sh": self._sh, "python": self._py, "yaml": self._yaml, "toml": lambda text: tomllib.loads(text)}[
            block.language
        ](block.text)

    def close(self) -> None:
        """End the interpreter of the page."""
        if self._python is not None:
            self._python.stdin.close()
            self._python.wait(timeout=30)

    def sh(self, text: str) -> str:
        """Run shell lines in the environment that earlier ones left, and return what they print."""
        kept = self.folder / ".bin" / "environment"
        script = f"set -e\nif [ -f {kept} ]; then path=$PATH; . {kept}; PATH=$path; fi\n{text}\nexport -p > {kept}\n"
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800, check=False)  # fmt: skip
        assert done.returncode == 0, f"exit {done.returncode}\n{text}\n{done.stdout[-3000:]}"
        return done.stdout

    def _sh(self, text: str) -> None:
        self.sh(text)

    def _py(self, text: str) -> None:
        if named := NAMED.match(text):
            self._write(named[1], text)
            compile(text, named[1], "exec")
            return
        if self._python is None:
            self._python = subprocess.Popen(
                [sys.executable, "-c", WORKER], cwd=self.folder, env=self.env, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        self._python.stdin.write(json.dumps(text) + "\n")
        self._python.stdin.flush()
        said = []
        for line in self._python.stdout:
            if line.startswith("\0"):
                assert line.strip() == "\0done", "".join(said)
                return
            said.append(line)
        raise AssertionError("the interpreter ended\n" + "".join(said))

    def _yaml(self, text: str) -> None:
        validate(text, self.folder)
        if named := NAMED.match(text):
            self._write(named[1], text)

    def _write(self, name: str, text: str) -> None:
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


def validate(text: str, folder: Path) -> str:
    """Hold YAML to the model it stands for; what it was taken for is returned.

    A whole file is read as what it is; a part of a study, of a policy or of a decision rule is laid over the demo study,
    a history of files over the study of files.

    Raises
    ------
    toolkit.errors.ParameterError
        With every problem, as a user would see it.
    AssertionError
        If it is like no file there is.
    """
    from toolkit.params.answers import AnswersParams
    from toolkit.params.decision_rule import DecisionRuleParams
    from toolkit.params.extensions import forget_all
    from toolkit.params.overlays import joined_study
    from toolkit.params.policy import PolicyParams
    from toolkit.params.reading import read_model, read_source
    from toolkit.params.sets import SetParams
    from toolkit.params.study import StudyParams
    from toolkit.params.study_files import read_study

    if re.search(r"^base: ", text, re.MULTILINE):
        return _standing(text, folder)
    place = folder / "params" / "scenarios" / "block.yaml"
    place.write_text(text, "utf-8")
    keys = set(read_source(place).data)

    def fits(model: type[BaseModel], *needed: str) -> bool:
        return keys <= _keys(model) and keys >= set(needed)

    def laid(part: dict[str, Any]) -> None:
        place.write_text(json.dumps(part), "utf-8")
        read_study(joined_study(folder / "params/studies/demo.yaml", [place]))

    wanted = read_source(place).data
    try:
        if fits(PolicyParams, "id", "scheme"):
            read_model(place, PolicyParams)
            return "policy"
        if fits(SetParams, "id", "title"):
            read_model(place, SetParams)
            return "set"
        if fits(StudyParams, "history", "policies"):
            read_model(place, StudyParams)
            return "study"
        if keys <= _keys(StudyParams) | {"edit"}:
            files = "history" in keys and wanted["history"].get("kind") == "files"
            base = folder / "params" / "studies" / ("online_retail.yaml" if files else "demo.yaml")
            read_study(joined_study(base, [place]))
            return "part of a study"
        if fits(PolicyParams):
            laid({"edit": {"vip_80k": wanted}})
            return "part of a policy"
        if fits(DecisionRuleParams):
            laid({"edit": {"board_2026": wanted}})
            return "part of a decision rule"
        if fits(AnswersParams):
            read_model(place, AnswersParams)
            return "answers"
    finally:
        place.unlink()
        forget_all()
    raise AssertionError(f"no parameter file has the keys {sorted(keys)}")


def _standing(text: str, folder: Path) -> str:
    """A study that stands on another one."""
    from toolkit.params.extensions import forget_all
    from toolkit.params.study_files import read_study

    place = folder / "params" / "studies" / "block.yaml"
    place.write_text(text, "utf-8")
    try:
        read_study(place)
    finally:
        place.unlink()
        forget_all()
    return "study on another"


def _keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def parse(text: str, folder: Path) -> int:
    """How many commands of a shell block are known to exist, with all their options; makes nothing.

    Raises
    ------
    AssertionError
        For a command, an option or a target of make that does not exist.
    """
    found = 0
    for line in re.sub(r"\\\n", " ", text).splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0] == "make":
            done = subprocess.run(
                ["make", "-n", *words[1:]], cwd=folder, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            found += 1
        elif Path(words[0]).name == "gradelab":
            _known(words[1:])
            found += 1
    return found


def _known(words: list[str]) -> None:
    from toolkit.cli import app

    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        name = words.pop(0) if words[0] in command.commands else "list"
        assert name in command.commands, f"gradelab has no command {name!r}"
        command = command.commands[name]
    options = {opt for one in command.params for opt in one.opts} | {"-h", "--help"}
    for word in words:
        if word.startswith("-"):
            assert word.split("=")[0] in options, f"gradelab {command.name} has no option {word}"


def prepare(root: Path, folder: Path, steps: Path) -> Path:
    """A project at ``folder``: the committed files, the demo on fewer customers, and the commands on the path."""
    for part in ("params", "notebooks", "examples", "reports/template", "docs"):
        shutil.copytree(
            root / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        )
    for name in (
        "Makefile",
        "pyproject.toml",
        "requirements.lock",
        "requirements-test.lock",
        ".gitignore",
        ".gitconfig",
    ):
        shutil.copy(root / name, folder / name)
    study = folder / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    (folder / "reports" / ".steps").symlink_to(steps, target_is_directory=True)
    for place in (folder / ".bin", folder / ".venv" / "bin"):
        place.mkdir(parents=True)
        for name, call in (("gradelab", "-m toolkit"), ("python", "")):
            if place.name == "bin" or name == "gradelab":
                _script(place / name, f'exec "{sys.executable}" {call} "$@"')
    for ready in ("ready", "ready-test"):
        (folder / ".venv" / ready).touch()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def _script(place: Path, text: str) -> None:
    place.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    place.chmod(0o755)


def pages(root: Path) -> Iterator[Path]:
    """Every page with code: the documentation, the two front pages of the project, and the guides beside what they explain."""
    yield from (root / "README.md", root / "README.zh.md")
    yield from sorted(path for path in (root / "docs").rglob("*.md"))
