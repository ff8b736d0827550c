"""The time limit of a run. Expected: raised in the main thread at the limit; the process is ended where nobody hears."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from toolkit.run.failures import TimeLimit
from toolkit.run.watchdog import limited


def test_the_limit_is_raised_where_the_run_waits():
    """And what it waits for is told to hurry."""
    told = []
    begun = time.monotonic()
    with pytest.raises(TimeLimit) as over, limited(0.2, lambda: told.append("hurry"), told.append):
        time.sleep(10)
    assert time.monotonic() - begun < 5 and told == ["hurry"] and over.value.exit_code == 6


def test_a_run_that_ends_in_time_hears_nothing():
    """Also where there is no limit."""
    told = []
    for seconds in (0.2, None):
        with limited(seconds, lambda: told.append(1), told.append):
            pass
    time.sleep(0.4)
    assert told == []


def test_a_run_that_hears_nothing_is_ended(root):
    """The last words are said, then the process ends with the code of the limit."""
    script = (
        "import signal, time\nfrom toolkit.run import watchdog\nwatchdog.GRACE_SECONDS = 0.2\n"
        "with watchdog.limited(0.1, lambda: None, lambda error: print('last words', flush=True)):\n"
        "    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})\n    time.sleep(20)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 6 and done.stdout == "last words\n"
