"""Requests to stop. Expected: exit codes 128 + signal (POSIX shells), heard once."""

from __future__ import annotations

import os
import signal

import pytest

from toolkit.run.signals import Interrupted, stoppable, undisturbed


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_request_is_heard_and_the_second_is_not(signum, code):
    """While the first is being recorded, a second one must not break the record."""
    before = signal.getsignal(signum)
    recorded = False
    with pytest.raises(Interrupted) as stopped, stoppable():
        try:
            os.kill(os.getpid(), signum)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
            recorded = True
    assert recorded and stopped.value.exit_code == code
    assert signal.getsignal(signum) is before


def test_closing_a_record_is_not_disturbed():
    """Nothing is raised; afterwards requests are heard again."""
    with stoppable():
        with undisturbed():
            os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGTERM)
