"""The time limit of a whole run, kept by a watchdog of our own."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from toolkit.run.failures import TimeLimit

GRACE_SECONDS = 60.0


@contextmanager
def limited(
    seconds: float | None, hurry: Callable[[], None], last_words: Callable[[TimeLimit], None]
) -> Iterator[None]:
    """Raise :class:`TimeLimit` in the main thread after ``seconds``; None sets no limit.

    Parameters
    ----------
    seconds : float or None
    hurry : callable
        Called at the limit, before the exception: ends what the main thread may be waiting for.
    last_words : callable (TimeLimit)
        Called where the run has not ended ``GRACE_SECONDS`` later, for instance inside a library that
        hears nothing; the process is ended after it.
    """
    if seconds is None:
        yield
        return
    error = time_limit(seconds)
    main = threading.main_thread().ident
    over = threading.Event()

    def raise_it(signum: int, frame: FrameType | None) -> None:
        if not over.is_set():
            raise error

    def watch() -> None:
        if over.wait(seconds):
            return
        hurry()
        signal.pthread_kill(main, signal.SIGALRM)
        if not over.wait(GRACE_SECONDS):
            try:
                last_words(error)
            finally:
                os._exit(error.exit_code)

    before = signal.signal(signal.SIGALRM, raise_it)
    threading.Thread(target=watch, name="watchdog", daemon=True).start()
    try:
        yield
    finally:
        over.set()
        signal.signal(signal.SIGALRM, before)


def time_limit(seconds: float) -> TimeLimit:
    """The refusal of a run that took longer than ``seconds``."""
    minutes = f"{seconds / 60:.3g}"
    return TimeLimit(
        zh=f"运行超过时限 {minutes} 分钟，已停止；已完成的步骤下次不会重做。请放宽 --time-limit，或查看 events.jsonl 中哪一步最久。",
        en=f"The run took longer than its limit of {minutes} min and was stopped; finished steps are not done again. "
        "Raise --time-limit, or see in events.jsonl which step took longest.",
    )
