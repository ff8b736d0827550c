"""How a run tells people how it goes. Expected: a line for each step in a log, marks on a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from toolkit.run.progress import Amounts, Lines, Live, watcher
from toolkit.run.record import Step
from toolkit.terms import Label

STEP = Step("chapter:03_a", Label("章节 [3]", "chapter [3]"))


def test_a_log_gets_one_line_for_each_step_that_ended():
    """Square brackets are text, not markup; no control characters."""
    stream = io.StringIO()
    with Lines(Console(file=stream), "zh") as lines:
        lines.begin(STEP)
        lines.end(STEP, "failed", 12.34)
    assert stream.getvalue() == "失败       12.3 s  章节 [3]\n"


@pytest.mark.parametrize(("state", "mark"), [("succeeded", "✓"), ("failed", "✗"), ("interrupted", "■")])
def test_a_terminal_shows_how_a_step_ended(state, mark):
    """The mark stands before the step."""
    stream = io.StringIO()
    with Live(Console(file=stream, force_terminal=True, width=60), "en") as live:
        live.begin(STEP)
        live.end(STEP, state, 1.0)
    assert f"{mark} chapter [3]" in stream.getvalue()


def test_amounts_are_bars_on_a_terminal_and_names_in_a_log():
    """A download tells how far it is; a log is told once."""
    download, convert = Label("下载", "download"), Label("转换", "convert")
    log, screen = io.StringIO(), io.StringIO()
    for stream, terminal in ((log, False), (screen, True)):
        with Amounts("zh", Console(file=stream, force_terminal=terminal, width=60)) as amounts:
            for done in (0, 50, 100):
                amounts(download, done, 100)
            amounts(convert, 3, None)
    assert log.getvalue() == "下载\n转换\n"
    assert "100%" in screen.getvalue() and "转换" in screen.getvalue()


def test_standard_error_decides():
    """Not a terminal here."""
    assert isinstance(watcher("en"), Lines)
