"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ABSENT = "real data folder is absent (set GRADELAB_DATA or place shared/data beside the checkout)"


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Folder of real data; the test is skipped with a counted reason where there is none."""
    for place in (os.environ.get("GRADELAB_DATA"), ROOT.parent / "shared" / "data", ROOT / "data"):
        if place and (Path(place) / "online_retail_2010_2011").is_dir():
            return Path(place)
    pytest.skip(ABSENT)
