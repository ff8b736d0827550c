"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
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


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """A cache of the suite's own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GRADELAB_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def small_demo(root, tmp_path_factory, cache):
    """The demo study on a company of 1,500 customers, and its parameter folder."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(root / "params", folder / "params")
    study = folder / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    return study


@pytest.fixture(scope="session")
def demo(small_demo):
    """The demo study on 1,500 customers, opened."""
    from toolkit.study import open_study

    return open_study(small_demo)


@pytest.fixture(scope="session")
def online_retail(root, data_folder, cache):
    """The study of the public data set, opened."""
    from toolkit.study import open_study

    return open_study(root / "params" / "studies" / "online_retail.yaml", data=data_folder)


@pytest.fixture(scope="session")
def facts_of():
    """Every fact of every chapter of a study."""
    from toolkit.reporting import findings
    from toolkit.reporting.facts import Facts

    def collect(study) -> Facts:
        facts = Facts(study.currency)
        for chapter in (findings.history, findings.grades, findings.retention, findings.cost, findings.effect,
                        findings.decision, findings.track):  # fmt: skip
            facts.extend(chapter(study))
        return facts

    return collect
