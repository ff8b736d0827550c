"""The hands that let the faults loose, and those that mend what can be mended."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from faultlab import ENDLESS, Lab, Outcome

from toolkit.errors import ReportError
from toolkit.run.lock import LOCK
from toolkit.run.processes import myself
from toolkit.run.runner import Settings

DO_02 = "02_b"


def in_a_cell(source: str, settings: Settings | None = None) -> Callable[[Lab], Outcome]:
    """A fault in the middle of a chapter."""

    def inject(lab: Lab) -> Outcome:
        lab.fault(DO_02, source)
        return lab.run(settings)

    return inject


def signalled(signum: int) -> Callable[[Lab], Outcome]:
    """A request to stop in the middle of a cell."""

    def inject(lab: Lab) -> Outcome:
        lab.fault(DO_02, ENDLESS)
        lab.when_at_work(lambda: os.kill(os.getpid(), signum))
        return lab.run()

    return inject


def full_disk(name: str) -> Callable[[Lab], Outcome]:
    """A disk without room for the file ``name`` until the run gives its reserve back."""

    def inject(lab: Lab) -> Outcome:
        with failing_rename(lambda target: _fits(target, name) and _reserve_is_there(lab), errno.ENOSPC):
            return lab.run()

    return inject


def no_room_for_report(lab: Lab) -> Outcome:
    """The exporter meets the full disk."""

    def render(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    return lab.run(render=render)


def closed_folder(lab: Lab) -> Outcome:
    """A read-only disk below the folder of reports."""
    make = os.mkdir

    def refuse(path: Any, *more: Any, **named: Any) -> None:
        if str(lab.out) in str(path):
            raise OSError(errno.EROFS, "Read-only file system")
        make(path, *more, **named)

    with patch("os.mkdir", refuse):
        return lab.run()


def lost_between_steps(lab: Lab) -> Outcome:
    """The data file vanishes while a chapter is at work."""
    kept = lab.data.with_suffix(".kept")
    shutil.copy(lab.data, kept)
    lab.fault(DO_02, f"os.unlink({str(lab.data)!r})")
    return lab.run()


def data_back(lab: Lab) -> None:
    """The data file is put back."""
    lab.mend()
    os.replace(lab.data.with_suffix(".kept"), lab.data)


def lost_before(lab: Lab) -> Outcome:
    """The data file is gone before the run."""
    os.replace(lab.data, lab.data.with_suffix(".kept"))
    return lab.run()


def unreadable(lab: Lab) -> Outcome:
    """The data file is no text."""
    os.replace(lab.data, lab.data.with_suffix(".kept"))
    lab.data.write_bytes(b"\xff\xfe\x00\x81")
    return lab.run()


def changed_while_at_work(name: str) -> Callable[[Lab], Outcome]:
    """A file of the project is changed while a chapter is at work."""

    def inject(lab: Lab) -> Outcome:
        path = lab.folder / name
        shutil.copy(path, f"{path}.kept")
        lab.fault(DO_02, f"pathlib.Path({str(path)!r}).write_text('other')")
        return lab.run()

    return inject


def changed_code(lab: Lab) -> Outcome:
    """A module of the package is changed while a chapter is at work: told, and nothing of it is reused."""
    module = lab.folder / "code" / "study.py"
    lab.fault(DO_02, f"pathlib.Path({str(module)!r}).write_text('x = 1')")
    outcome = lab.run()
    assert [told["where"] for told in outcome.manifest["warnings"]] == ["code"]
    lab.mend()
    assert not lab.run().reused() & {"chapter:02_b"}
    return outcome


def restored(name: str) -> Callable[[Lab], None]:
    """That file is put back."""

    def mend(lab: Lab) -> None:
        lab.mend()
        os.replace(f"{lab.folder / name}.kept", lab.folder / name)

    return mend


def broken_file(name: str, change: Callable[[str], str]) -> Callable[[Lab], Outcome]:
    """A parameter file or notebook is broken before the run."""

    def inject(lab: Lab) -> Outcome:
        path = lab.folder / name
        shutil.copy(path, f"{path}.kept")
        path.write_text(change(path.read_text("utf-8")), "utf-8")
        return lab.run()

    return inject


def without_parameters(text: str) -> str:
    """The notebook without its tagged cell."""
    notebook = json.loads(text)
    notebook["cells"] = notebook["cells"][1:]
    return json.dumps(notebook)


def no_font(lab: Lab) -> Outcome:
    """The package of the typeface holds no font."""
    from toolkit.run.rooms import rooms

    with patch("toolkit.reporting.fonts.metadata.files", lambda name: []):
        return lab.run(fonts=rooms().fonts)


def no_glyph(lab: Lab) -> Outcome:
    """The exporter refuses a character that the font cannot draw."""

    def render(*given: Any) -> None:
        raise ReportError(zh="字体里没有这个字。", en="The font cannot draw this character.")

    return lab.run(render=render)


def one_language(lab: Lab) -> Outcome:
    """The English reports fail, the Chinese ones do not."""

    def render(notebook: Any, lang: str, kind: str, target: Path) -> None:
        if lang == "en":
            raise ReportError(zh="英文缺图注。", en="An English caption is missing.")
        target.write_text(f"{lang} {kind}", "utf-8")

    return lab.run(render=render)


def clock_back(lab: Lab) -> Outcome:
    """The clock is three hours behind."""

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - timedelta(hours=3)

    with patch("toolkit.run.folder.datetime", Earlier), patch("toolkit.run.record.datetime", Earlier):
        return lab.run()


def held_lock(lab: Lab) -> Outcome:
    """Another process, which is alive, is running the study."""
    lab.place.parent.mkdir(exist_ok=True)
    (lab.place.parent / LOCK).write_text(json.dumps(myself().as_json() | {"run": "other"}))
    return lab.run()


def released(lab: Lab) -> None:
    """The other run ended."""
    (lab.place.parent / LOCK).unlink()


def stale_lock(lab: Lab) -> Outcome:
    """A process that is gone left its lock, on the study and on the quarter."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    told = json.dumps(myself().as_json() | {"process": gone.pid, "run": "gone"})
    for folder in (lab.place, lab.place.parent):
        (folder / LOCK).write_text(told)
    return lab.run()


def damaged_store(spoil: Callable[[Path], None]) -> Callable[[Lab], Outcome]:
    """Something happened to every stored step."""

    def inject(lab: Lab) -> Outcome:
        for path in sorted((lab.out / ".steps").rglob("*")):
            if path.is_file():
                spoil(path)
        return lab.run()

    return inject


def spoil_file(path: Path) -> None:
    """One byte is another."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def lose_notebook(path: Path) -> None:
    """Executed notebooks are lost."""
    if path.suffix == ".ipynb":
        path.unlink()


def halve(path: Path) -> None:
    """Half of the file is there."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def truncated_manifest(lab: Lab) -> Outcome:
    """A manifest of a run that another process left half-way cannot be read."""
    partial = lab.place / ".20200101T000000Z-aaaaaa.partial"
    partial.mkdir()
    (partial / "manifest.json").write_text('{"run": "2020')
    (partial / "owner.json").write_text(json.dumps(myself().as_json() | {"since": 1.0}))
    return lab.run()


def leftovers(lab: Lab) -> Outcome:
    """Folders and scraps of runs that are gone."""
    for name in (
        ".20200101T000000Z-aaaaaa.partial",
        ".20200101T000000Z-aaaaaa.01_a.work",
        ".20200102T000000Z-b.work",
    ):
        (lab.place / name).mkdir()
        os.utime(lab.place / name, (0, 0))
    scrap = lab.place / ".latest.json.x1"
    scrap.write_text("{")
    os.utime(scrap, (0, 0))
    outcome = lab.run()
    assert not [path for path in lab.place.glob(".*") if path.name != ".lock.guard"]
    return outcome


def corrupted_pointer(lab: Lab) -> Outcome:
    """``latest.json`` of this quarter cannot be read when a chapter fails; the sweep has set it right before."""
    good = json.loads((lab.place / "latest.json").read_text())["run"]
    (lab.place / "latest.json").write_text('{"ru')
    lab.fault(DO_02, "1 / 0")
    outcome = lab.run()
    assert json.loads((lab.place / "latest.json").read_text())["run"] == good
    return outcome


def damaged_history(lab: Lab) -> Outcome:
    """Every file of the cache of opened histories has a wrong byte; the real history is opened anew."""
    from toolkit.run.rooms import rooms

    real = {"open_study": rooms().open_study}
    cache = lab.folder / "cache"
    with patch.dict(os.environ, GRADELAB_CACHE=str(cache)):
        settings = Settings(force=("data",), cell_seconds=30)
        first = lab.run(settings, **real)
        assert first.code == 0, first.said
        for path in (path for path in cache.rglob("*") if path.is_file() and path.stat().st_size):
            spoil_file(path)
        second = lab.run(settings, **real)
    assert first.manifest["data"] == second.manifest["data"]
    return second


def ours(lab: Lab) -> Outcome:
    """A mistake of ours while the data are read."""
    return lab.run(Settings(force=("data",)), open_study=lambda *given: {}["quarter"])


def rewritten(lab: Lab) -> None:
    """The author corrects the notebook."""
    lab.mend()
    lab.change(DO_02, "corrected")


@contextmanager
def failing_rename(wrong: Callable[[Path], bool], number: int) -> Iterator[None]:
    """Renames to some targets fail."""
    rename = os.replace

    def refuse(source: Any, target: Any, **more: Any) -> None:
        if wrong(Path(target)):
            raise OSError(number, os.strerror(number))
        rename(source, target, **more)

    with ExitStack() as stack:
        stack.enter_context(patch("os.replace", refuse))
        yield


def _fits(target: Path, name: str) -> bool:
    return target.match(name)


def _reserve_is_there(lab: Lab) -> bool:
    return any(lab.out.glob("*/*/.*.partial/.reserve")) or any(lab.out.glob("*/*/2*/.reserve"))
