"""Commands about the project and its reports: start page, index, signatures, old runs, the machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from toolkit.cli.program import EPILOG, app, reports_folder
from toolkit.errors import UsageError
from toolkit.run.options import (
    CheckSigned,
    Data,
    Days,
    Json,
    Keep,
    Lang,
    ListOnly,
    NoBrowser,
    Note,
    Port,
    Quarter,
    Reports,
    RoleName,
    RunWanted,
    SignedBy,
)
from toolkit.run.speech import language, near, speak, words

if TYPE_CHECKING:
    pass


@app.command(short_help="打开 JupyterLab 的开始页 / open JupyterLab on the start page", epilog=EPILOG)
def lab(port: Port = None, no_browser: NoBrowser = False, lang: Lang = None) -> None:
    """在项目文件夹里打开 JupyterLab，停在开始页：数据、第一个方案、第一次比较、第一份报告。没有浏览器时只打印地址；Ctrl+C 结束。

    Open JupyterLab in the project on its start page: your data in, first policy, first comparison, first report. Without a
    browser the address is printed; Ctrl+C ends it.
    """
    speak(lang)
    from toolkit.lab.server import Lab, project_here, serve

    asked = Lab(project_here(), language(), port, not no_browser)
    typer.echo(words("正在启动 JupyterLab……", "Starting JupyterLab ..."))
    serve(
        asked,
        lambda where: typer.echo(f"{words('地址（Ctrl+C 结束）：', 'Address (Ctrl+C ends it): ')}{where}"),
    )


@app.command(short_help="重建报告目录 / rebuild the index of reports", epilog=EPILOG)
def index(out: Reports = None, lang: Lang = None) -> None:
    """从各次运行的记录重建 index.html，并补齐各季度与上一份报告的比较页。

    Rebuild index.html from the records of all runs, and every page that compares a report with the one before.
    """
    speak(lang)
    from toolkit.run.index import ALL, write_index
    from toolkit.run.sweep import sweep

    folder = reports_folder(out)
    sweep(folder)
    typer.echo(near(write_index(folder, ALL)))


@app.command(short_help="签署一次运行 / sign a run", epilog=EPILOG)
def sign(
    run: RunWanted,
    role: RoleName = None,
    name: SignedBy = None,
    note: Note = "",
    check: CheckSigned = False,
    quarter: Quarter = None,
    out: Reports = None,
    lang: Lang = None,
) -> None:
    """由委托人、分析师、复核人或批准人签署一次运行；签署之后文件若有改动，签署即失效。--check 逐个核对。

    Sign a run as commissioner, analyst, assurer or approver; a signature is void once files change. --check tells.
    """
    speak(lang)
    from toolkit.run import signing
    from toolkit.run.found import find_run
    from toolkit.run.index import INDEX, write_index

    reports = out or Path("reports")
    folder = find_run(run, reports, quarter)
    if not check:
        if role is None or name is None:
            raise UsageError(
                zh="签署需要 --role 与 --name；只核对请用 --check。",
                en="Signing needs --role and --name; use --check to look only.",
            )
        signing.sign(folder, role, name, note)
        for above in folder.parents[2:3]:
            if (above / INDEX).is_file():
                write_index(above)
    found = signing.signatures(folder)
    told = [one.line().text(language()) for one in found]
    typer.echo("\n".join([near(folder), *told]))
    if check:
        signing.refuse_void(found)


@app.command(short_help="删除旧的运行 / remove old runs", epilog=EPILOG)
def clean(
    out: Reports = None, keep: Keep = 3, days: Days = 30, dry_run: ListOnly = False, lang: Lang = None
) -> None:
    """删除旧的运行和用不到的步骤。每季度最后一次成功的、签署过的、被其他运行引用的、正在进行的运行，一律不删。

    Remove old runs and stored steps. The last good run of a quarter, signed runs, runs that other records name and
    runs at work always stay.
    """
    speak(lang)
    from toolkit.run import housekeeping

    folder = reports_folder(out)
    found = housekeeping.clean(folder, housekeeping.Rule(keep, days), dry_run=dry_run)
    typer.echo(housekeeping.told(found, folder, dry_run=dry_run).text(language()))


@app.command(short_help="检查运行环境 / examine this machine", epilog=EPILOG)
def doctor(out: Reports = None, data: Data = None, as_json: Json = False, lang: Lang = None) -> None:
    """检查 Python、软件包、字体、语言环境、磁盘、内核、时钟与残留，说明问题和处理办法。

    Examine Python, packages, fonts, locale, disk, kernel, clock and leftovers; say what is wrong and what to do.
    """
    speak(lang)
    from toolkit.run import doctor as examination

    found = []
    for finding in examination.examine(examination.Patient.here(out, data)):
        found.append(finding)
        if not as_json:
            typer.echo(examination.line(finding, language()))
    if as_json:
        typer.echo(json.dumps(examination.as_json(found), ensure_ascii=False))
    raise typer.Exit(examination.exit_code(found))
