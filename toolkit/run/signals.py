"""A run that is asked to stop: the request becomes an exception, once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupted(BaseException):
    """The process was asked to stop.

    Attributes
    ----------
    exit_code : int
        128 plus the signal: 130 for Ctrl-C, 143 for a request to terminate.
    """

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.exit_code = 128 + signum


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise :class:`Interrupted` on the first Ctrl-C or request to terminate; later ones are not heard.

    The first request is being recorded while later ones arrive, and the record must be finished.
    """
    heard = [signal.SIGINT, signal.SIGTERM]

    def stop(signum: int, frame: FrameType | None) -> None:
        for each in heard:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(signum)

    before = [signal.signal(each, stop) for each in heard]
    try:
        yield
    finally:
        for each, handler in zip(heard, before, strict=True):
            signal.signal(each, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hear no request to stop for the short while in which a record is closed."""
    heard = [signal.SIGINT, signal.SIGTERM, *filter(None, [getattr(signal, "SIGALRM", None)])]
    before = {each: signal.signal(each, signal.SIG_IGN) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
