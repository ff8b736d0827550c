"""Finished steps. Expected: an entry is whole, byte for byte, or it is not used."""

from __future__ import annotations

import shutil

import pytest

from toolkit.run.store import DAMAGED, ENTRY, FILES, Entry, Store, step_key

STEP, INGREDIENTS = "chapter:01_a", {"code": "1", "参数": [1, 2.5, None]}


@pytest.fixture
def kept(tmp_path) -> tuple[Store, Entry]:
    """A store with one entry."""
    run = tmp_path / "run"
    (run / "notebooks").mkdir(parents=True)
    (run / "notebooks" / "a.ipynb").write_text("{}")
    (run / "b.csv").write_bytes(b"\x00\xff")
    store = Store(tmp_path / ".steps" / "demo")
    files = ["notebooks/a.ipynb", "b.csv"]
    return store, store.keep(STEP, INGREDIENTS, run=run, name="r1", files=files, known={"digest": "x"})


def test_what_is_kept_is_found_and_copied(kept, tmp_path):
    """Same bytes under the same names; nothing is left beside."""
    store, entry = kept
    assert store.find(STEP, step_key(STEP, INGREDIENTS)) == entry
    assert store.find(STEP, step_key(STEP, {})) is None and store.find("data", entry.key) is None
    entry.copy_to(tmp_path / "other")
    assert (tmp_path / "other" / "b.csv").read_bytes() == b"\x00\xff"
    assert (tmp_path / "other" / "notebooks" / "a.ipynb").read_text() == "{}"
    assert not list((tmp_path / "run").glob(".*"))


@pytest.mark.parametrize("harm", ["byte", "lost", "half", "empty", "entry gone", "moved", "schema"])
def test_a_damaged_entry_is_never_used_and_is_made_again(kept, harm, tmp_path):
    """Whatever happened to the disk."""
    store, entry = kept
    told, file = entry.folder / ENTRY, entry.folder / FILES / "b.csv"
    if harm == "byte":
        file.write_bytes(b"\x01\xff")
    elif harm == "lost":
        file.unlink()
    elif harm == "half":
        told.write_bytes(told.read_bytes()[:40])
    elif harm == "empty":
        told.write_bytes(b"")
    elif harm == "entry gone":
        told.unlink()
    elif harm == "moved":
        shutil.copytree(entry.folder, entry.folder.with_name("0" * 32))
    elif harm == "schema":
        told.write_text(told.read_text("utf-8").replace('"run": "r1"', '"run": "r2"'), "utf-8")
    key = "0" * 64 if harm == "moved" else entry.key
    assert store.find(STEP, key) == DAMAGED
    run = tmp_path / "run"
    made = store.keep(STEP, INGREDIENTS, run=run, name="r3", files=["b.csv"], known={})
    assert store.find(STEP, made.key) == made and made.run == "r3"


def test_the_nearest_entry_is_the_one_with_fewest_differences(kept, tmp_path):
    """It tells people what changed; no clock is asked."""
    store, entry = kept
    run = tmp_path / "run"
    far = store.keep(STEP, {"code": "2", "a": 1}, run=run, name="r2", files=[], known={})
    assert store.nearest(STEP, {"code": "3", "参数": [1, 2.5, None]}) == entry
    assert store.nearest(STEP, {"code": "3", "a": 1}) == far
    assert store.nearest("data", {}) is None


def test_an_equal_entry_kept_meanwhile_stays(kept, tmp_path, monkeypatch):
    """Two runs that end the same step at the same moment: the second finds the place taken, and that is no failure."""
    store, entry = kept
    monkeypatch.setattr(Store, "discard", lambda self, step, key: None)
    again = store.keep(STEP, INGREDIENTS, run=tmp_path / "run", name="r2", files=["b.csv"], known={})
    assert again.key == entry.key and store.find(STEP, entry.key) == entry
    assert not list((tmp_path / "run").glob(".*"))


def test_a_write_that_breaks_off_leaves_nothing(kept, tmp_path, monkeypatch):
    """Neither an entry nor scraps."""
    store, _ = kept

    def no_space(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("toolkit.run.store.take_place", no_space)
    with pytest.raises(OSError):
        store.keep("facts", {}, run=tmp_path / "run", name="r2", files=["b.csv"], known={})
    assert store.find("facts", step_key("facts", {})) is None and not list((tmp_path / "run").glob(".*"))
