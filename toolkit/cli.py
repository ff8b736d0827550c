"""``gradelab``: what an analyst and a scheduler type. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import gc
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit import __version__
from toolkit.errors import UsageError
from toolkit.run.default_command import WithDefault
from toolkit.run.options import (
    Alarm,
    AnswersFile,
    Brought,
    CheckSigned,
    CustomerId,
    Customers,
    Data,
    Dataset,
    Days,
    Debug,
    DryRun,
    Excel,
    ExplainedQuarter,
    Folder,
    Force,
    Format,
    HtmlFile,
    IntoStudy,
    Jobs,
    Json,
    Keep,
    Lang,
    ListOnly,
    NewStudy,
    NoBrowser,
    Note,
    On,
    OneQuarter,
    Overwrite,
    PageFile,
    ParamsAfter,
    ParamsBefore,
    Paths,
    PolicyFile,
    PolicyWanted,
    Port,
    Quarter,
    RegisterFile,
    RenderFormat,
    RenderLang,
    RenderTo,
    Reports,
    RoleName,
    RunAfter,
    RunBefore,
    RunWanted,
    SchemaFolder,
    ScratchFile,
    Seed,
    SetFile,
    SignedBy,
    StudyFile,
    StudyId,
    StudyOption,
    TimeLimit,
    ToleranceGiven,
    Unasked,
    Wait,
    With,
    option,
)
from toolkit.run.speech import DEBUG, answering, language, near, speak, words

if TYPE_CHECKING:
    from toolkit.run.command import Wanted

EPILOG = (
    "退出码 Exit codes: 0 完成 done, 1 内部错误 internal error, 2 用法 usage, 3 参数 parameters, "
    "4 章节 notebook, 5 内核 kernel died, 6 超时 time limit, 7 数据 data, 8 报告 report, "
    "9 签署失效、重做不一致或结论翻转 signature void, rerun differs or conclusion flipped, 74 写不了 cannot write, 75 已有运行 locked, try later, 78 环境 environment, 130 / 143 被中断 interrupted."
)
COLLECT_AFTER = 50_000  # objects; loading models makes many, and nearly all of them stay
ABOUT = """比较客户分级方案，估计影响，写出季度报告。

Compare customer grading policies, estimate effects, and let the quarterly report write itself."""

app = typer.Typer(
    name="gradelab",
    help=ABOUT,
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradelab {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, option("--version", "显示版本", "show the version", callback=_show_version, is_eager=True)
]


@app.callback()
def common(version: Version = False, debug: Debug = False) -> None:
    """Options of every command."""
    if debug:
        os.environ[DEBUG] = "1"


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


params_app = typer.Typer(
    cls=WithDefault,
    no_args_is_help=True,
    help="""列出一份研究的参数（params STUDY），或用文字说明两者有何不同（params diff A B）。

List the parameters of a study (params STUDY), or say in words what is different between two (params diff A B).""",
)
app.add_typer(
    params_app,
    name="params",
    short_help="列出参数与出处，比较参数 / list parameters, compare parameters",
    epilog=EPILOG,
)


@params_app.command(
    "list", short_help="列出合并后的参数与出处 / list merged parameters and where each is set", epilog=EPILOG
)
def list_params(
    study: StudyFile,
    with_: With = None,
    quarter: Quarter = None,
    data: Data = None,
    schema: SchemaFolder = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """列出一份研究叠加之后的全部参数，每一项写明出自哪个文件哪一行，以及各文件改了什么。--schema 另写出编辑器用的 JSON Schema，含扩展的方案种类。

    List every parameter of a study with all files laid over it, its file and line, and what each file changes. With
    --schema, also write the JSON Schema for editors, the kinds of scheme of the study's extensions included.
    """
    speak(lang)
    from toolkit.measures.registry import names
    from toolkit.run.parameters import parameters_of
    from toolkit.run.plan import make_plan

    asked = {"quarter": quarter, "data": data, "scenarios": list(map(str, with_ or ()))}
    found = parameters_of(make_plan(study, known_measures=names(), **asked))
    if schema is not None:
        from toolkit.params.reference import write_schemas

        write_schemas(schema)
    told = (
        json.dumps(found.as_json(), ensure_ascii=False, default=str) if as_json else "\n".join(found.lines())
    )
    typer.echo(told)


@params_app.command("diff", short_help="两者的参数有何不同 / what is different between two", epilog=EPILOG)
def diff_params(
    before: ParamsBefore, after: ParamsAfter, out: Reports = None, as_json: Json = False, lang: Lang = None
) -> None:
    """用分析师的话逐项说明两份研究、两个方案或两次运行的参数有何不同：之前、之后、单位，以及写在哪个文件哪一行。

    Say in words what is different between the parameters of two studies, two policies or two runs: before, after, unit,
    and the file and line that set it.
    """
    speak(lang)
    from toolkit.measures.registry import MEASURES
    from toolkit.run.params_difference import SAME, difference

    units = {name: measure.unit for name, measure in MEASURES.items()}
    found = difference(before, after, out or Path("reports"), units)
    told = [one.line(language()) for one in found] or [SAME.text(language())]
    typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False) if as_json else "\n".join(told))


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


@app.command(
    short_help="检查参数文件、笔记本与扩展 / check parameter files, notebooks and extensions", epilog=EPILOG
)
def check(paths: Paths, lang: Lang = None) -> None:
    """检查研究、方案、决策规则文件、笔记本与本公司的扩展文件（.py），一次列出全部问题。扩展的指标与方案在自带数据上核对，要求与自带的相同。

    Check study, policy and decision-rule files, notebooks and extensions (.py); all problems are listed at once. Measures
    and schemes of an extension are held to the promises of the built-in ones, on the built-in history.
    """
    speak(lang)
    from toolkit.measures.registry import labels
    from toolkit.run.check import check as check_files

    count = check_files(paths, labels(), lambda told: typer.echo(told.text(language())))
    typer.echo(words(f"{count} 个文件，没有问题。", f"{count} file(s), no problem."))


@app.command(short_help="按方案写出等级名单 / write the grades a policy gives", epilog=EPILOG)
def grade(
    policy: PolicyFile,
    study: StudyOption,
    out: RegisterFile,
    quarter: OneQuarter = None,
    data: Data = None,
    excel: Excel = False,
    lang: Lang = None,
) -> None:
    """按一个方案给客户定级，写出名单：客户、季度、等级、理由，以及方案中的标签和并列归类。

    Grade customers by one policy and write the register: customer, quarter, grade, reason, and its tags and classes.
    """
    speak(lang)
    from toolkit.params.filled import filled_values
    from toolkit.run.register_file import check_suffix, register_of, write_register

    check_suffix(out)
    frame, turned_away = register_of(policy, study, quarter=quarter, data=data, lang=language())
    rows = write_register(frame, out, excel=excel)
    typer.echo(words(f"写出 {rows} 行：{near(out)}", f"{rows} rows written: {near(out)}"))
    for told in turned_away:
        typer.echo(told.text(language()))
    if ours := len(filled_values(policy)):
        typer.echo(
            words(
                f"该方案有 {ours} 处数值是原文没有写明、由分析师填上的（# ours），请核对替换。",
                f"{ours} value(s) of this policy were filled by the analyst (# ours); check and replace them.",
            )
        )


@app.command(short_help="解释一位客户的等级 / explain the grade of one customer", epilog=EPILOG)
def explain(
    study: StudyFile,
    customer: CustomerId,
    quarter: ExplainedQuarter = None,
    policy: PolicyWanted = None,
    html: PageFile = None,
    data: Data = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """解释一位客户的等级：每项指标、得分、权重、规则、保级与调整，历季等级与申诉，以及单独变动哪一项、变到多少会升级或降级。

    Explain the grade of one customer: every measure, point, weight, rule, hold and override, the quarters before and
    appeals, and what change of a single figure would raise or lower it.
    """
    speak(lang)
    from toolkit.run.explained import explained

    found = explained(study, customer, policy=policy, quarter=quarter, data=data)
    if html is not None:
        from toolkit.reporting.explained_page import as_page
        from toolkit.run.files import write_whole

        write_whole(html, as_page(found))
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
    elif html is not None:
        typer.echo(near(html))
    else:
        from toolkit.reporting.explained_text import as_text

        typer.echo(as_text(found, language(), colour=sys.stdout.isatty()), nl=False)


@app.command(short_help="写一份推演用的草稿笔记本 / write a scratch notebook for what-ifs", epilog=EPILOG)
def whatif(
    study: StudyFile,
    quarter: Quarter = None,
    out: ScratchFile = None,
    data: Data = None,
    force: Overwrite = False,
    lang: Lang = None,
) -> None:
    """写一份草稿笔记本：按正式参数打开研究，门槛、权重、占比、人均户数、单价、预算与上限都成为滑块，等级人数、留存（描述）、
    成本与人数随之即时给出，并可存为情景。草稿不进入任何正式报告；改过的草稿不会被覆盖。

    Write a scratch notebook that opens the study as in production and makes sliders of floors, weights, shares, spans,
    prices, budgets and caps; grades, retention (description), cost and heads follow at once, and a setting can be saved
    as a scenario. Scratch paper enters no report, and one that was edited is not replaced.
    """
    speak(lang)
    from toolkit.run.scratch import write_scratch

    path = write_scratch(study, quarter=quarter or "last", data=data, out=out, lang=language(), force=force)
    typer.echo(
        words(
            f"草稿在 {near(path)}；用 make lab 打开 JupyterLab，点开它并执行全部单元。",
            f"The scratch notebook is {near(path)}; open JupyterLab with make lab, open the notebook and run all its cells.",
        )
    )


@app.command(short_help="下载公开数据并核对 / download public data and check them", epilog=EPILOG)
def fetch(dataset: Dataset, data: Data = None, lang: Lang = None) -> None:
    """从数据所有者处下载公开数据，核对行数与合计（UCI Online Retail，CC BY 4.0）。

    Download public data from their owner and check rows and sums.
    """
    speak(lang)
    from toolkit.history.fetch import fetch_online_retail
    from toolkit.run.progress import Amounts

    with Amounts(language()) as progress:
        place = fetch_online_retail(data or Path("data"), progress)
    typer.echo(words(f"{dataset} 已在 {near(place)}", f"{dataset} is in {near(place)}"))


@app.command(
    "import", short_help="把公司的文件变成一份研究 / turn a company's files into a study", epilog=EPILOG
)
def import_(
    files: Brought,
    study_id: StudyId = None,
    out: NewStudy = None,
    into: IntoStudy = None,
    answers: AnswersFile = None,
    data: Data = None,
    yes: Unasked = False,
    force: Overwrite = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """看一看公司的文件（CSV、Excel、Parquet、DuckDB、PostgreSQL），提出列的对应关系，问清不确定之处，试读全部数据，写出可以运行的研究。

    Look at a company's files, propose what each column is, ask what is not certain, try all rows, and write a study that runs.
    """
    speak(lang)
    from datetime import date

    from rich.console import Console

    from toolkit.bringing import brought as told
    from toolkit.bringing.command import bring

    asks = sys.stdin.isatty() and sys.stdout.isatty() and not (yes or as_json)
    wanted = told.Wanted(tuple(files), study_id, out, into, answers, data, force, asks)
    found = told.Brought()
    try:
        console = Console(stderr=as_json, width=None if asks else 140, highlight=False)
        bring(wanted, found, console, input, date.today())
    finally:
        if as_json:
            typer.echo(json.dumps(asdict(found), ensure_ascii=False))


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


@app.command(short_help="写出一家模拟公司 / write a simulated company", epilog=EPILOG)
def simulate(
    customers: Customers, seed: Seed, out: Folder, format: Format = "parquet", lang: Lang = None
) -> None:
    """写出一家真实影响已知的模拟公司的全部数据表。

    Write all tables of a simulated company whose true effects are known.
    """
    speak(lang)
    from toolkit.synthetic import company

    company.write(company.simulate(customers, seed), out, format)
    typer.echo(words(f"模拟公司在 {near(out)}", f"The simulated company is in {near(out)}"))


@app.command(short_help="重建报告目录 / rebuild the index of reports", epilog=EPILOG)
def index(out: Reports = None, lang: Lang = None) -> None:
    """从各次运行的记录重建 index.html，并补齐各季度与上一份报告的比较页。

    Rebuild index.html from the records of all runs, and every page that compares a report with the one before.
    """
    speak(lang)
    from toolkit.run.index import ALL, write_index
    from toolkit.run.sweep import sweep

    folder = _reports(out)
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

    folder = _reports(out)
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


def _reports(out: Path | None) -> Path:
    """The folder of reports, which must be there.

    Raises
    ------
    UsageError
    """
    folder = out or Path("reports")
    if not folder.is_dir():
        raise UsageError(
            zh=f"没有文件夹 {folder}；请用 --out 指明。",
            en=f"There is no folder {folder}; name one with --out.",
        )
    return folder


def main() -> None:
    """Entry of the command ``gradelab``; ends with an exit code of the table in ``--help``."""
    gc.set_threshold(COLLECT_AFTER)
    with answering():
        app()
