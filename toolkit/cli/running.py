"""Commands that run a study, run it again, or look at what a run left."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from toolkit.cli.program import EPILOG, app
from toolkit.errors import UsageError
from toolkit.run.options import (
    Alarm,
    Data,
    DryRun,
    Force,
    HtmlFile,
    Jobs,
    Json,
    Lang,
    On,
    Quarter,
    RenderFormat,
    RenderLang,
    RenderTo,
    Reports,
    RunAfter,
    RunBefore,
    RunWanted,
    SetFile,
    StudyFile,
    TimeLimit,
    ToleranceGiven,
    Wait,
    With,
)
from toolkit.run.speech import language, near, speak, words

if TYPE_CHECKING:
    from toolkit.run.command import Wanted


@app.command(short_help="运行研究，写出报告 / run a study and write its reports", epilog=EPILOG)
def run(
    study: StudyFile,
    quarter: Quarter = None,
    out: Reports = None,
    data: Data = None,
    with_: With = None,
    set_: SetFile = None,
    force: Force = None,
    time_limit: TimeLimit = None,
    wait: Wait = 0,
    jobs: Jobs = None,
    on: On = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """运行一份研究的全部章节，写出各语言的 HTML 与 PDF 报告。没有变化的步骤沿用上次的结果；失败或中断后再运行一次即可接着做。

    Run all chapters of a study, then write its report as HTML and PDF in each language. Steps of which nothing
    changed are reused; after a failure or an interruption, run again to resume.
    """
    speak(lang)
    from toolkit.run.command import Answer, Wanted, rehearse_study, run_study

    asked = {"quarter": quarter, "out": out, "data": data, "scenarios": list(map(str, with_ or ()))}
    wanted = Wanted(tuple(force or ()), time_limit, wait, jobs=jobs, on=on)
    if set_ and dry_run:
        raise UsageError(
            zh="--set 与 --dry-run 不能同时用；请用 --with 文件#名称 逐个试运行。",
            en="--set does not go with --dry-run; rehearse a member with --with FILE#MEMBER.",
        )
    if set_:
        _run_set(set_, study, wanted, asked, as_json)
    if dry_run:
        found = rehearse_study(study, wanted, **asked)
        told = (
            json.dumps(found.as_json(), ensure_ascii=False) if as_json else "\n".join(found.lines(language()))
        )
        typer.echo(told)
        raise typer.Exit(found.exit_code)
    answer = Answer()
    try:
        run_study(answer, study, wanted, **asked)
    finally:
        if as_json:
            typer.echo(json.dumps(asdict(answer), ensure_ascii=False))
    if not as_json:
        typer.echo("\n".join([words("报告在这里：", "The reports are here:"), *answer.reports.values()]))


@app.command(short_help="重做一次运行并比较 / run again and compare", epilog=EPILOG)
def verify(
    run: RunWanted,
    quarter: Quarter = None,
    data: Data = None,
    out: Reports = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """用当时的参数把一次运行从头重做，逐个比较数据要点与文件；一致时退出码为 0，不一致为 9。不改动任何报告。

    Run again from scratch with the parameters of that time and compare every fact and file: exit code 0 where they are
    identical, 9 where they differ. No report is touched.
    """
    speak(lang)
    from toolkit.run.command import verify_run

    found = verify_run(run, data=data, out=out or Path("reports"), quarter=quarter)
    told = json.dumps(found.as_json(), ensure_ascii=False) if as_json else "\n".join(found.lines(language()))
    typer.echo(told)
    raise typer.Exit(found.exit_code)


@app.command(short_help="比较两次运行 / compare two runs", epilog=EPILOG)
def compare(
    before: RunBefore,
    after: RunAfter,
    tolerance: ToleranceGiven = None,
    alarm: Alarm = False,
    html: HtmlFile = None,
    out: Reports = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """比较两次运行的数据要点（不同季度、不同研究或情景）：先报翻转的结论，再按章节列出变动，最后列出参数、数据和程序的不同。

    Compare the facts of two runs (other quarters, studies or what-ifs): flipped conclusions first, then what moved by
    chapter, then what differs in parameters, data and code.
    """
    speak(lang)
    from toolkit.run import compare_told
    from toolkit.run.compare import compare as compare_runs
    from toolkit.run.found import find_run

    reports = out or Path("reports")
    found = compare_runs(find_run(before, reports), find_run(after, reports), tolerance or ())
    if html:
        from toolkit.run.compare_page import write_comparison

        write_comparison(found, html)
    if as_json:
        typer.echo(json.dumps(compare_told.as_json(found), ensure_ascii=False))
    else:
        typer.echo("\n".join([*compare_told.lines(found, language()), *([near(html)] if html else [])]))
    raise typer.Exit(found.exit_code(alarm=alarm))


@app.command(short_help="重排一次运行的报告 / render the reports of a run", epilog=EPILOG)
def render(
    run: RunWanted,
    to: RenderTo = None,
    lang: RenderLang = None,
    format: RenderFormat = None,
    out: Reports = None,
) -> None:
    """用运行留下的笔记本重排报告，不运行任何章节，也不改动运行文件夹。程序与样式都没有变时，得到的文件逐字节相同。

    Make the reports of a run anew from its executed notebooks: no chapter is run and the run folder is not touched. With
    the same code and the same look every byte is the same.
    """
    from toolkit.run.command import render_run

    found = render_run(run, out or Path("reports"), to=to, lang=lang, kind=format)
    typer.echo("\n".join(found.lines(language(), near)))


def _run_set(path: Path, study: Path, wanted: Wanted, asked: dict[str, Any], as_json: bool) -> None:
    """Run a set and say what it came to; ends the command."""
    from toolkit.run.command import run_set
    from toolkit.run.set_page import as_json as told
    from toolkit.run.set_page import lines

    found, files = run_set(path, study, wanted, **asked)
    if as_json:
        typer.echo(told(found), nl=False)
    else:
        typer.echo("\n".join([*lines(found, language()), *map(near, files)]))
    raise typer.Exit(found.exit_code)
