"""Files of a run. Expected: a reader sees the old file or the new one; no record names a folder of this machine."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from toolkit.run.files import Places, write_json, write_whole


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    """A write that breaks off leaves the old file and nothing else."""
    target = write_whole(tmp_path / "sub" / "a.txt", "旧")

    def no_space(source: object, target: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", no_space)
    with pytest.raises(OSError):
        write_whole(target, "新")
    assert target.read_text("utf-8") == "旧" and list(target.parent.iterdir()) == [target]


def test_json_keeps_chinese_and_refuses_infinities(tmp_path):
    """JSON has no NaN (RFC 8259, section 6)."""
    assert '"等级": "甲"' in write_json(tmp_path / "a.json", {"等级": "甲"}).read_text("utf-8")
    with pytest.raises(ValueError):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    assert json.loads((tmp_path / "a.json").read_text("utf-8")) == {"等级": "甲"}


def test_places_are_named_without_the_machine(tmp_path, monkeypatch):
    """Below the project: relative; elsewhere: the last part; in texts: a word for each known folder."""
    root = tmp_path.resolve()
    places = Places(root)
    assert places.name(root / "params" / ".." / "data") == "data"
    assert places.name("/srv/other/data") == "…/data"
    monkeypatch.chdir(root)
    assert places.name("notebooks/01.ipynb") == "notebooks/01.ipynb"
    text = f"{root}/a.py {Path.home()}/b {tempfile.gettempdir()}/ipykernel_812/3.py"
    cleaned = places.cleaned({"x": [text]})["x"][0]
    assert cleaned.startswith("./a.py ~/b <tmp>") and cleaned.endswith("/ipykernel/3.py")


def test_a_project_at_the_top_of_the_disk_does_not_rewrite_every_slash():
    """A short folder name is no word to look for in texts."""
    assert Places(Path("/")).cleaned("a/b") == "a/b"
