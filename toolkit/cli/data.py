"""Commands that bring data: a company's own, public ones, simulated ones."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from toolkit.cli.program import EPILOG, app
from toolkit.run.options import (
    AnswersFile,
    Brought,
    Customers,
    Data,
    Dataset,
    Folder,
    Format,
    IntoStudy,
    Json,
    Lang,
    NewStudy,
    Overwrite,
    Seed,
    StudyId,
    Unasked,
)
from toolkit.run.speech import language, near, speak, words

if TYPE_CHECKING:
    pass


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
