"""Run folders: names, moves, and what is swept. Expected: the contract in DESIGN.md, section 6."""

from __future__ import annotations

import json
import os
import re

from toolkit.run.folder import OWNER, RunFolder, sweep


def test_a_folder_moves_from_hidden_to_kept(tmp_path):
    """Hidden while it is written, then under the run's name; the pointer names it."""
    folder = RunFolder.begin(tmp_path, "demo", "key")
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", folder.run)
    assert folder.path == tmp_path / "demo" / f".{folder.run}.partial"
    folder.settle("2026Q3")
    assert folder.path == tmp_path / "demo" / "2026Q3" / f".{folder.run}.partial"
    folder.finish("succeeded")
    folder.point_here()
    assert folder.path == tmp_path / "demo" / "2026Q3" / folder.run and not list(folder.path.iterdir())
    assert json.loads((folder.path.parent / "latest.json").read_text()) == {"run": folder.run}


def test_two_runs_of_one_second_have_two_names(tmp_path):
    """The short hash is drawn anew."""
    runs = {RunFolder.begin(tmp_path, "demo", "key").run for _ in range(20)}
    assert len(runs) == 20


def test_only_runs_whose_process_is_gone_are_swept(tmp_path):
    """At work, on another machine, just begun: left alone. Gone: kept if it had a manifest, else removed."""
    kept = [RunFolder.begin(tmp_path, "demo", "at work"), RunFolder.begin(tmp_path, "demo", "elsewhere")]
    _own(kept[1], machine="another", process=1)
    young = tmp_path / "demo" / ".young.partial"
    young.mkdir()
    gone = RunFolder.begin(tmp_path, "demo", "gone")
    gone.settle("2026Q3")
    _own(gone, since=0.0)
    (gone.path / "manifest.json").write_text(json.dumps({"run": gone.run, "state": "running"}))
    empty = RunFolder.begin(tmp_path, "demo", "empty")
    _own(empty, process=2**22 + 7)
    old = tmp_path / "demo" / ".old.partial"
    old.mkdir()
    os.utime(old, (0, 0))

    [swept] = sweep(tmp_path)
    assert swept == tmp_path / "demo" / "2026Q3" / f"{gone.run}.interrupted"
    told = json.loads((swept / "manifest.json").read_text("utf-8"))
    assert told["state"] == "interrupted" and set(told["reason"]) == {"zh", "en"}
    assert sorted((tmp_path / "demo").glob(".*")) == sorted([*(folder.path for folder in kept), young])


def _own(folder: RunFolder, **changed: object) -> None:
    path = folder.path / OWNER
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))
