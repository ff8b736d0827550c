"""The project's own files agree with each other."""

from __future__ import annotations

import re
import tomllib

import pytest
from ruamel.yaml import YAML


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


def test_environment_names_the_dependencies_of_the_project(root, project):
    """environment.yml serves conda users; it must not drift from pyproject.toml."""
    listed = YAML(typ="safe").load((root / "environment.yml").read_text("utf-8"))["dependencies"]
    assert listed[-1]["pip"] == project["dependencies"]
    assert f"python{project['requires-python']}" in listed


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_locks_have_hashes_and_no_address(root, lock):
    text = (root / lock).read_text("utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    for pin in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in pin.split("\n")[0] and "--hash=sha256:" in pin, pin[:60]


def test_locks_pin_every_dependency_the_same(root, project):
    def pins(name):
        return dict(
            re.findall(
                r"^([A-Za-z0-9_.-]+(?:\[[a-z,]+\])?)==([^ ;\\]+)", (root / name).read_text("utf-8"), re.M
            )
        )

    run, test = pins("requirements.lock"), pins("requirements-test.lock")
    assert {name: version for name, version in run.items() if test.get(name) != version} == {}
    wanted = [re.split(r"[<>=\[]", line)[0].replace(".", "-") for line in project["dependencies"]]
    assert [name for name in wanted if name not in {re.sub(r"\[.*", "", pin) for pin in run}] == []


def test_nothing_large_is_committed(root):
    import subprocess

    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False
    ).stdout
    large = [
        name
        for name in files.split("\0")
        if name and (root / name).is_file() and (root / name).stat().st_size > 1_000_000
    ]
    assert large == []
