"""Projects with mistakes in them; each answer is asked for once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import cache as remembered
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mistakelab import Answer, Lab, answered
from mistakelist import MISTAKES


@pytest.fixture(scope="session")
def answer(tmp_path_factory, cache) -> Callable[[str], tuple[Lab, Answer]]:
    """The project in which the mistake of this id was made, and what was answered."""
    folder = tmp_path_factory.mktemp("mistakes")
    base = Lab(folder / "none").build()
    by_id = {mistake.id: mistake for mistake in MISTAKES}

    @remembered
    def ask(id: str) -> tuple[Lab, Answer]:
        shutil.copytree(base.folder, folder / id)
        lab = Lab(folder / id)
        return lab, answered(lab, by_id[id])

    return ask
