"""``gradelab``: what an analyst and a scheduler type. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from toolkit import __version__
from toolkit.errors import UsageError
from toolkit.run.speech import DEBUG, LANG, answering, language, near, speak, words

EPILOG = (
    "退出码 Exit codes: 0 完成 done, 1 内部错误 internal error, 2 用法 usage, 3 参数 parameters, "
    "4 章节 notebook, 7 数据 data, 8 报告 report, 130 / 143 被中断 interrupted."
)
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


def _argument(metavar: str, zh: str, en: str) -> Any:
    return typer.Argument(metavar=metavar, help=f"{zh} / {en}", show_default=False)


def _option(name: str, zh: str, en: str, **more: Any) -> Any:
    return typer.Option(name, help=f"{zh} / {en}", **{"show_default": False, **more})


StudyFile = Annotated[Path, _argument("STUDY", "研究文件", "study file, params/studies/NAME.yaml")]
PolicyFile = Annotated[Path, _argument("POLICY", "方案文件", "policy file, params/policies/…/NAME.yaml")]
Paths = Annotated[list[Path], _argument("PATH...", "文件或文件夹", "files or folders")]
Dataset = Annotated[Literal["online-retail"], _argument("DATASET", "数据集", "data set: online-retail")]
Quarter = Annotated[
    str | None,
    _option(
        "--quarter", "季度，默认最近完整季度", "quarter, default the last complete", metavar="2026Q3|last"
    ),
]
OneQuarter = Annotated[
    str | None,
    _option("--quarter", "只写这一季度，默认全部", "this quarter only, default all", metavar="2026Q3|last"),
]
Data = Annotated[
    Path | None,
    _option("--data", "数据文件夹", "data folder, default data/", metavar="DIR", envvar="GRADELAB_DATA"),
]
Reports = Annotated[
    Path | None, _option("--out", "报告文件夹", "folder of reports, default reports/", metavar="DIR")
]
StudyOption = Annotated[
    Path, _option("--study", "研究文件，数据出自它", "study that names the data", metavar="STUDY")
]
RegisterFile = Annotated[
    Path, _option("--out", "输出文件 .parquet 或 .csv", "file to write, .parquet or .csv", metavar="FILE")
]
Excel = Annotated[bool, _option("--excel", "CSV 加 BOM，便于 Excel 打开", "byte order mark, for Excel")]
Customers = Annotated[
    int, _option("--customers", "期初客户数", "customers at the start", metavar="N", min=100, max=5_000_000)
]
Seed = Annotated[int, _option("--seed", "随机种子", "random seed", metavar="N", min=0)]
Folder = Annotated[Path, _option("--out", "输出文件夹", "folder to write", metavar="DIR")]
Format = Annotated[
    Literal["parquet", "csv"], _option("--format", "文件格式", "file format", show_default=True)
]
Json = Annotated[bool, _option("--json", "最后输出一个 JSON 对象", "end with one JSON object")]
Lang = Annotated[
    Literal["zh", "en"] | None, _option("--lang", "提示语言", "language of messages", envvar=LANG)
]
Debug = Annotated[bool, _option("--debug", "出错时显示调用栈", "show tracebacks", envvar=DEBUG)]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradelab {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, _option("--version", "显示版本", "show the version", callback=_show_version, is_eager=True)
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
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """运行一份研究的全部章节，写出各语言的 HTML 与 PDF 报告。

    Run all chapters of a study, then write its report as HTML and PDF in each language.
    """
    speak(lang)
    from toolkit.run.command import Answer, run_study

    answer = Answer()
    try:
        run_study(answer, study, quarter=quarter, out=out, data=data)
    finally:
        if as_json:
            typer.echo(json.dumps(asdict(answer), ensure_ascii=False))
    if not as_json:
        typer.echo("\n".join([words("报告在这里：", "The reports are here:"), *answer.reports.values()]))


@app.command(short_help="检查参数文件与笔记本 / check parameter files and notebooks", epilog=EPILOG)
def check(paths: Paths, lang: Lang = None) -> None:
    """检查研究、方案、决策规则文件与笔记本，一次列出全部问题。

    Check study, policy and decision-rule files and notebooks; all problems are listed at once.
    """
    speak(lang)
    from toolkit.measures.registry import names
    from toolkit.run.check import check as check_files

    count = check_files(paths, names())
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
    frame = register_of(policy, study, quarter=quarter, data=data, lang=language())
    rows = write_register(frame, out, excel=excel)
    typer.echo(words(f"写出 {rows} 行：{near(out)}", f"{rows} rows written: {near(out)}"))
    if ours := len(filled_values(policy)):
        typer.echo(
            words(
                f"该方案有 {ours} 处数值是原文没有写明、由分析师填上的（# ours），请核对替换。",
                f"{ours} value(s) of this policy were filled by the analyst (# ours); check and replace them.",
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
    """从各次运行的记录重建 index.html。

    Rebuild index.html from the records of all runs.
    """
    speak(lang)
    from toolkit.run.folder import sweep
    from toolkit.run.index import write_index

    folder = out or Path("reports")
    if not folder.is_dir():
        raise UsageError(
            zh=f"没有文件夹 {folder}；请用 --out 指明。",
            en=f"There is no folder {folder}; name one with --out.",
        )
    sweep(folder)
    typer.echo(near(write_index(folder)))


def main() -> None:
    """Entry of the command ``gradelab``; ends with an exit code of the table in ``--help``."""
    with answering():
        app()
