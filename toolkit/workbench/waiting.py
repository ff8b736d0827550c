"""Waiting a moment for the next movement, so that a slider that is still moving is not answered at every step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

SECONDS = 0.08


@dataclass(slots=True, eq=False)
class Waiting:
    """Does ``act`` once nothing has been asked for a moment; at once where no event loop runs.

    Attributes
    ----------
    act : function without arguments
    seconds : float
    """

    act: Callable[[], None]
    seconds: float = SECONDS
    _due: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Ask for ``act``."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.act()
            return
        if self._due is not None:
            self._due.cancel()
        self._due = loop.call_later(self.seconds, self.act)
