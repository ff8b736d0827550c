"""Run folders: names, moves, and what is swept. Expected: the contract in DESIGN.md, section 6."""

from __future__ import annotations

import json
import os
import re

from toolkit.run.folder import OWNER, RunFolder, new_run
from toolkit.run.sweep import sweep


def begin(out, key: str) -> RunFolder:
    """The unfinished folder of a new run."""
    return RunFolder.begin(out, "demo", new_run(key))


def test_a_folder_moves_from_hidden_to_kept(tmp_path):
    """Hidden while it is written, then under the run's name; the pointer names it."""
    folder = begin(tmp_path, "key")
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", folder.run)
    assert folder.path == tmp_path / "demo" / f".{folder.run}.partial"
    folder.settle("2026Q3")
    assert folder.path == tmp_path / "demo" / "2026Q3" / f".{folder.run}.partial"
    folder.finish("succeeded")
    folder.point_here()
    folder.release()
    assert folder.path == tmp_path / "demo" / "2026Q3" / folder.run and not list(folder.path.iterdir())
    assert json.loads((folder.path.parent / "latest.json").read_text()) == {"run": folder.run}


def test_two_runs_of_one_second_have_two_names(tmp_path):
    """The short hash is drawn anew."""
    runs = {new_run("key") for _ in range(20)}
    assert len(runs) == 20


def test_only_runs_whose_process_is_gone_are_swept(tmp_path):
    """At work, on another machine, just begun: left alone. Gone: kept if it had a manifest, else removed."""
    kept = [begin(tmp_path, "at work"), begin(tmp_path, "elsewhere")]
    _own(kept[1], machine="another", process=1)
    young = tmp_path / "demo" / ".young.partial"
    young.mkdir()
    gone = begin(tmp_path, "gone")
    gone.settle("2026Q3")
    _own(gone, since=0.0)
    (gone.path / "manifest.json").write_text(json.dumps({"run": gone.run, "state": "running"}))
    empty = begin(tmp_path, "empty")
    _own(empty, process=2**22 + 7)
    old = tmp_path / "demo" / ".old.partial"
    old.mkdir()
    os.utime(old, (0, 0))

    [swept] = sweep(tmp_path)
    assert swept == tmp_path / "demo" / "2026Q3" / f"{gone.run}.abandoned"
    told = json.loads((swept / "manifest.json").read_text("utf-8"))
    assert told["state"] == "abandoned" and set(told["reason"]) == {"zh", "en"}
    assert sorted((tmp_path / "demo").glob(".*")) == sorted([*(folder.path for folder in kept), young])


def _own(folder: RunFolder, **changed: object) -> None:
    path = folder.path / OWNER
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


def test_what_a_vanished_run_left_half_way_is_removed(tmp_path):
    """Half a line of the log, scraps, the folder of a chapter, a manifest that cannot be read."""
    gone = begin(tmp_path, "gone")
    gone.settle("2026Q3")
    work = gone.work("01_a")
    (work / "half").write_text("x")
    (gone.path / "manifest.json").write_text('{"run": "20')
    (gone.path / "events.jsonl").write_text('{"event": "step"}\n{"eve')
    (gone.path / ".step.1234").mkdir()
    _own(gone, since=0.0)
    [swept] = sweep(tmp_path)
    told = json.loads((swept / "manifest.json").read_text("utf-8"))
    assert (told["run"], told["study"], told["quarter"], told["state"]) == (
        gone.run,
        "demo",
        "2026Q3",
        "abandoned",
    )
    assert (swept / "events.jsonl").read_text() == '{"event": "step"}\n'
    assert not work.exists() and not list(swept.glob(".*"))


def test_a_pointer_that_points_nowhere_is_set_to_the_newest_good_run(tmp_path):
    """Damaged, or naming a folder that is gone; a good pointer is left alone."""
    place = tmp_path / "demo" / "2026Q3"
    for run, state, finished in (
        ("a", "succeeded", "1"),
        ("b", "succeeded", "2"),
        ("c.failed", "failed", "3"),
    ):
        (place / run).mkdir(parents=True)
        told = {"run": run, "state": state, "finished": finished}
        (place / run / "manifest.json").write_text(json.dumps(told))
    for broken, mended in (('{"ru', "b"), ('{"run": "x"}', "b"), ("[]", "b"), ('{"run": "a"}', "a")):
        (place / "latest.json").write_text(broken)
        sweep(tmp_path)
        assert json.loads((place / "latest.json").read_text()) == {"run": mended}
