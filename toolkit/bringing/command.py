"""The command: look, propose, ask, try at the door, write."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console

from toolkit.bringing.asking import ask_all, refuse_open
from toolkit.bringing.brought import Brought, Wanted, intake_of, tell
from toolkit.bringing.drafted_rule import rule_text
from toolkit.bringing.drafting import abc_text, floors_text, study_text
from toolkit.bringing.fitting import fit
from toolkit.bringing.placing import refuse_no_project, refuse_taken, refuse_unreadable, replace_section
from toolkit.bringing.section import section
from toolkit.bringing.showing import show_columns
from toolkit.bringing.summing import show_base, show_preview, totals
from toolkit.errors import UsageError
from toolkit.history.proposal import Answers, Proposal, flat, propose, read_pages
from toolkit.history.proposal.preview import Looked, preview
from toolkit.history.source import connect
from toolkit.measures.registry import names
from toolkit.params.answers import AnswersParams
from toolkit.params.history import FilesParams
from toolkit.params.places import data_folder, project_root
from toolkit.params.reading import read_model
from toolkit.params.study_files import read_study
from toolkit.params.unready import to_put_in
from toolkit.run.files import write_whole
from toolkit.run.speech import near, words

STUDIES = Path("params") / "studies"
_IDENTIFIER = re.compile(r"^[a-z][a-z0-9_]{0,59}$")


def bring(wanted: Wanted, brought: Brought, console: Console, ask: Callable[[str], str], today: date) -> None:
    """Turn files into the history of a study.

    Raises
    ------
    UsageError, ParameterError, HistoryError
        Nothing is written then.
    """
    study = _study(wanted)
    given = Answers(flat(read_model(wanted.answers, AnswersParams).model_dump()) if wanted.answers else {})
    folder = data_folder(project_root(study), wanted.data)
    con = connect("UTC")
    with tempfile.TemporaryDirectory(prefix="gradelab-") as scratch:
        pages = read_pages(con, wanted.files, folder, Path(scratch))
        proposal = propose(pages, given)
        tell(brought, proposal)
        show_columns(console, proposal, veil=not wanted.asks)
        if wanted.asks:
            asked = ask_all(console, pages, given, ask)
            if any(
                asked.answers.given.get(key) != given.get(key)
                for key in asked.answers.given
                if key.startswith(("tables.", "columns."))
            ):
                show_columns(console, asked, veil=False)
            proposal = asked
            tell(brought, proposal)
        else:
            refuse_open(proposal)
        history = FilesParams.model_validate(proposal.history())
        looked = preview(con, proposal, history, today)
        brought.intake = {one.table: intake_of(one) for one in looked}
        brought.totals = totals(looked[0])
        show_base(console, proposal)
        show_preview(console, proposal, looked, veil=not wanted.asks)
        files = _files(wanted, study, proposal, looked, today)
    for path, text in files.items():
        write_whole(path, text)
        brought.written.append(near(path.absolute()))
    _say_written(console, study, proposal, brought, folder)


def _files(
    wanted: Wanted, study: Path, proposal: Proposal, looked: Sequence[Looked], today: date
) -> dict[Path, str]:
    """What is to be written, read by the models already."""
    told = section(proposal)
    if wanted.into:
        return {study: replace_section(study, told)}
    fitted = fit(looked[0].accepted, today)
    currency = proposal.value("currency")
    params = study.absolute().parent.parent
    policies = params / "policies" / _id(wanted)
    files = {
        study: study_text(_id(wanted), told, fitted, currency),
        policies / "floors.yaml": floors_text(fitted, currency, today),
        policies / "abc.yaml": abc_text(fitted, today),
        params / "decision_rules" / f"{_id(wanted)}.yaml": rule_text(_id(wanted), today),
    }
    refuse_taken(list(files), wanted.force)
    refuse_unreadable(study, files)
    return files


def _study(wanted: Wanted) -> Path:
    """The study file to write or to change."""
    if wanted.into:
        if wanted.out or wanted.study_id:
            raise UsageError(
                zh="--into 改动已有的研究，不能与 --out 或 --study-id 同时用。",
                en="--into changes a study that exists and does not go with --out or --study-id.",
            )
        if not wanted.into.is_file():
            raise UsageError(
                zh=f"找不到研究文件 {wanted.into}。", en=f"There is no study file {wanted.into}."
            )
        return wanted.into
    study = wanted.out or STUDIES / f"{_id(wanted)}.yaml"
    if not _IDENTIFIER.match(_id(wanted)):
        raise UsageError(
            zh=f"研究编号“{_id(wanted)}”不合要求：以小写字母开头，只含小写字母、数字和下划线；请用 --study-id 给出，如 my_shop。",
            en=f"{_id(wanted)!r} cannot be the id of a study: it begins with a small letter and has small letters, digits and "
            "underscores; give one with --study-id, such as my_shop.",
        )
    refuse_no_project(study)
    refuse_taken([study], wanted.force)
    return study


def _id(wanted: Wanted) -> str:
    return wanted.study_id or (wanted.out.stem if wanted.out else "mine")


def _say_written(console: Console, study: Path, proposal: Proposal, brought: Brought, folder: Path) -> None:
    told = near(study.absolute())
    lines = [words("写好了：", "Written:"), *(f"  {name}" for name in brought.written)]
    for one in proposal.assumed():
        lines.append(
            words(
                f"未经确认：{one.ask.zh}？取 {one.proposed}（{one.reason.zh}）。",
                f"Unconfirmed: {one.ask.en}? Taken: {one.proposed} ({one.reason.en}).",
            )
        )
    files = read_study(study, names())
    for lacking in to_put_in(files.policies, files.rule):
        lines.append(
            words(f"作判定之前请填：{lacking.said.zh}。", f"Before anything is decided: {lacking.said.en}.")
        )
    outside = [
        one.page.source["path"] for one in proposal.tables if Path(one.page.source["path"]).is_absolute()
    ]
    if outside:
        lines.append(
            words(
                f"文件不在数据文件夹 {near(folder)} 之内，写成了绝对路径；移进去再导入，研究就能换机器运行。",
                f"The files lie outside the data folder {near(folder)} and are named by absolute paths; move them there and "
                "import again for a study that runs on other machines.",
            )
        )
    lines.append(
        words(
            f"接下来：gradelab check {told}，然后 gradelab run {told}",
            f"Next: gradelab check {told}, then gradelab run {told}",
        )
    )
    console.print("\n".join(lines), markup=False, highlight=False)
