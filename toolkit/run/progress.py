"""How a run tells people how it goes: a live list on a terminal, quiet lines in a log."""

from __future__ import annotations

import threading

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from toolkit.run.record import Step
from toolkit.terms import Label, Lang

MARKS = {"succeeded": "✓", "reused": "↺", "failed": "✗", "interrupted": "■"}
STATES = {
    "succeeded": {"zh": "完成", "en": "done"},
    "reused": {"zh": "沿用", "en": "reused"},
    "failed": {"zh": "失败", "en": "failed"},
    "interrupted": {"zh": "中断", "en": "interrupted"},
}


class Lines:
    """One line for each step that ended."""

    def __init__(self, console: Console, lang: Lang) -> None:
        self._console, self._lang = console, lang

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *error: object) -> None:
        self._console.file.flush()

    def begin(self, step: Step) -> None:
        """A beginning is not worth a line."""

    def end(self, step: Step, state: str, seconds: float) -> None:
        """Write the line."""
        words = f"{STATES[state][self._lang]:<6} {seconds:6.1f} s  {step.label.text(self._lang)}"
        self._console.print(words, markup=False, highlight=False, soft_wrap=True)


class Live:
    """Steps with spinner and clock; those that ended stay with their mark and time."""

    def __init__(self, console: Console, lang: Lang) -> None:
        self._lang = lang
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        columns = (
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console)

    def __enter__(self) -> Live:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def begin(self, step: Step) -> None:
        """Show the step as running."""
        with self._lock:
            self._tasks[step.id] = self._progress.add_task(step.label.text(self._lang), total=1)

    def end(self, step: Step, state: str, seconds: float) -> None:
        """Show the step with its mark."""
        words = f"{MARKS[state]} {step.label.text(self._lang)}"
        with self._lock:
            self._progress.update(self._tasks[step.id], description=words, completed=1)


class Amounts:
    """Steps of which it is known how much is done; bars on a terminal, the name of each step in a log."""

    def __init__(self, lang: Lang, console: Console | None = None) -> None:
        self._lang = lang
        self._console = console or Console(stderr=True)
        self._tasks: dict[Label, TaskID] = {}
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
        self._progress = Progress(*columns, console=self._console, disable=not self._console.is_terminal)

    def __enter__(self) -> Amounts:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def __call__(self, step: Label, done: int, total: int | None) -> None:
        """``done`` of ``total`` of ``step``; None where nobody knows the total."""
        words = step.text(self._lang)
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(words, total=total)
            if self._progress.disable:
                self._console.print(words, markup=False, highlight=False, soft_wrap=True)
        self._progress.update(self._tasks[step], completed=done, total=total)


def watcher(lang: Lang) -> Live | Lines:
    """The watcher that suits standard error."""
    console = Console(stderr=True)
    return Live(console, lang) if console.is_terminal else Lines(console, lang)
