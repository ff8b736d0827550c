"""A project of its own with the demo study on 1,500 customers, which what-ifs may write scenarios into."""

from __future__ import annotations

import shutil

import pytest

from toolkit.whatif.opening import open_whatif


@pytest.fixture(scope="module")
def project(root, tmp_path_factory, cache):
    """The study file of the project; its rule has a budget."""
    folder = tmp_path_factory.mktemp("whatif")
    shutil.copytree(root / "params", folder / "params")
    (folder / "notebooks").mkdir()
    study = folder / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    rule = folder / "params" / "decision_rules" / "board_2026.yaml"
    rule.write_text(f"{rule.read_text('utf-8')}budget_per_year: 300_000\n", "utf-8")
    return study


@pytest.fixture(scope="module")
def whatif(project):
    """The study opened for what-ifs; a test puts back what it turned."""
    return open_whatif(project)


@pytest.fixture(autouse=True)
def put_back(request):
    """Every test begins with the knobs as in production."""
    yield
    if "whatif" in request.fixturenames:
        request.getfixturevalue("whatif").board.reset()
