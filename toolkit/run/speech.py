"""What a command says to its user: the language, the sentence when something goes wrong, the exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from toolkit.errors import GradelabError
from toolkit.run.signals import Interrupted, stoppable
from toolkit.terms import LANG, language

DEBUG = "GRADELAB_DEBUG"
CACHE = "GRADELAB_CACHE"


def speak(lang: str | None) -> None:
    """Use ``lang`` from now on, also in processes started from here; None changes nothing."""
    if lang:
        os.environ[LANG] = lang


def words(zh: str, en: str) -> str:
    """The text in the user's language."""
    return zh if language() == "zh" else en


def say(text: str) -> None:
    """Tell the user on standard error."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def answering() -> Iterator[None]:
    """End the process with a sentence and an exit code, whatever happens inside; never with a traceback.

    With ``GRADELAB_DEBUG`` the traceback follows the sentence.
    """
    try:
        with stoppable():
            yield
    except Interrupted as error:
        say(words("已中断。", "Interrupted."))
        sys.exit(error.exit_code)
    except GradelabError as error:
        say(error.text(language()))
        _show_traceback()
        sys.exit(error.exit_code)
    except Exception as error:
        kind, log = type(error).__name__, _write_log(error)
        say(
            words(
                f"程序内部错误（{kind}），详情见 {log}；请把该文件交给维护者。",
                f"Internal error ({kind}); details are in {log}, please pass that file on.",
            )
        )
        _show_traceback()
        sys.exit(GradelabError.exit_code)


def internal(error: BaseException) -> dict[str, str]:
    """What an exception that is no refusal is called in both languages.

    >>> internal(KeyError("grade"))["en"]
    "internal error: KeyError: 'grade'"
    """
    kind = f"{type(error).__name__}: {error}"
    return {"zh": f"程序内部错误：{kind}", "en": f"internal error: {kind}"}


def near(path: Path) -> str:
    """``path`` as a person in this folder would type it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _show_traceback() -> None:
    if os.environ.get(DEBUG):
        traceback.print_exc()


def _write_log(error: Exception) -> Path:
    from platformdirs import user_cache_dir

    folder = Path(os.environ.get(CACHE) or user_cache_dir("gradelab", appauthor=False)) / "errors"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
    log.write_text("".join(traceback.format_exception(error)), "utf-8")
    return log
