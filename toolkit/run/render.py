"""``gradelab render``: the reports of a run that is there, made anew from its executed notebooks; the run stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError
from toolkit.run import provenance, space
from toolkit.run.failures import cannot_write
from toolkit.run.files import Places, digest, read_json
from toolkit.run.folder import MANIFEST
from toolkit.run.merged import chapter_files, merged_notebook, stamps
from toolkit.run.plan import chapter_step, report_step
from toolkit.run.provenance_difference import Traced, typeset_differences
from toolkit.run.rooms import Rooms
from toolkit.run.sources import Sources
from toolkit.terms import Label, Lang

RENDERED = "rendered"
ENDED = ("succeeded", "failed", "interrupted", "abandoned")
SAME = Label("与运行留下的相同", "the same as the run left")
OTHER = Label("与运行留下的不同", "not the same as the run left")
NEW = Label("运行没有留下", "the run left none")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Reports made anew.

    Attributes
    ----------
    files : dict of str to Path
        Name of each report -> file.
    compared : dict of str to Label
        Whether each has the bytes that the run left.
    traced : tuple of Traced
        Code, fonts and look, where they are not those of the run.
    """

    files: dict[str, Path]
    compared: dict[str, Label]
    traced: tuple[Traced, ...]

    def lines(self, lang: Lang, near: Callable[[Path], str]) -> list[str]:
        """What to print; ``near`` says how a file is named."""
        told = [f"{near(path)}  {self.compared[name].text(lang)}" for name, path in self.files.items()]
        return [*told, *(f"  {one.line(lang)}" for one in self.traced)]


def render(
    run: Path,
    below: Rooms,
    look: Sequence[Path],
    places: Places,
    to: Path | None = None,
    lang: str | None = None,
    kind: str | None = None,
) -> Rendered:
    """Make the reports of ``run`` anew.

    Parameters
    ----------
    run : Path
        Folder of a run that has ended; one that failed when all its chapters had been executed will do.
    below : Rooms
    look : sequence of Path
        Brand file and pictures that ``below`` renders with, to be held against those of the run.
    places : Places
        Names of these files.
    to : Path, optional
        Folder to write; by default ``rendered/<run>`` beside the run.
    lang, kind : str, optional
        Only reports in this language, or of this format.

    Raises
    ------
    UsageError
        Where the run has chapters that did not end well, has no such report, or ``to`` lies inside a run.
    ReportError, CannotWrite
    """
    manifest = read_json(run / MANIFEST)
    _refuse_unexecuted(run, manifest)
    names = _wanted(run, manifest, lang, kind)
    folder = (to or run.parent / RENDERED / run.name).absolute()
    _refuse_inside_a_run(folder)
    runs = stamps(manifest, names)
    merged = {one: merged_notebook(run, manifest, below.merge, one) for one in dict.fromkeys(runs.values())}
    files = {name: folder / name for name in names}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in files.items():
            _, language, form = name.split(".")
            below.render(merged[runs[name]], language, form, path)
    except OSError as error:
        raise cannot_write(error, folder, 0, space.free(folder)) or error from error
    left = manifest.get("outputs") or {}
    compared = {name: _compared(left.get(name), digest(path)) for name, path in files.items()}
    code = Sources((), (), (), places).code()
    now = {"fonts": below.fonts(), "brand": provenance.digests(look, places), "package": code}
    return Rendered(files, compared, typeset_differences(manifest, now))


def _refuse_unexecuted(run: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a run whose chapters have not all been executed."""
    state = manifest.get("state")
    done = {step.get("id") for step in manifest.get("steps") or () if step.get("state") == "succeeded"}
    missing = [name for name in chapter_files(manifest) if chapter_step(Path(name)).id not in done]
    if state not in ENDED or not chapter_files(manifest) or missing:
        first = missing[0] if missing else "–"
        raise UsageError(
            zh=f"运行 {run.name}（{state}）有 {len(missing)} 章没有跑完，第一章是 {first}，没有可以排成报告的内容；"
            "请重新运行，已完成的章节不会重做。",
            en=f"{len(missing)} chapter(s) of run {run.name} ({state}) did not run to their end, the first is {first}; there is "
            "nothing to make a report of. Run again, finished chapters are not done again.",
        )


def _wanted(run: Path, manifest: Mapping[str, Any], lang: str | None, kind: str | None) -> list[str]:
    prefix = report_step("").id
    made = [
        str(step["id"]).removeprefix(prefix) for step in manifest["steps"] if step["id"].startswith(prefix)
    ]
    found = [
        name
        for name in made
        if all(part in (None, got) for part, got in zip((lang, kind), name.split(".")[1:], strict=True))
    ]
    if not found:
        raise UsageError(
            zh=f"运行 {run.name} 没有这样的报告；有的是 {'、'.join(made)}。",
            en=f"Run {run.name} has no such report; there are {', '.join(made)}.",
        )
    return found


def _refuse_inside_a_run(folder: Path) -> None:
    inside = next(_runs_around(folder), None)
    if inside:
        raise UsageError(
            zh=f"--to 在运行文件夹 {inside.name} 之内；运行的文件不能改动，请换一个文件夹。",
            en=f"--to lies inside the run folder {inside.name}, whose files must not change; name another folder.",
        )


def _runs_around(folder: Path) -> Iterator[Path]:
    resolved = folder.resolve()
    yield from (one for one in (resolved, *resolved.parents) if (one / MANIFEST).is_file())


def _compared(left: str | None, now: str) -> Label:
    return NEW if left is None else SAME if left == now else OTHER
