"""Commands about grades: of everybody, of one customer, of a policy that is being tried."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import typer

from toolkit.cli.program import EPILOG, app
from toolkit.run.options import (
    CustomerId,
    Data,
    Excel,
    ExplainedQuarter,
    Json,
    Lang,
    OneQuarter,
    Overwrite,
    PageFile,
    PolicyFile,
    PolicyWanted,
    Quarter,
    RegisterFile,
    ScratchFile,
    StudyFile,
    StudyOption,
)
from toolkit.run.speech import language, near, speak, words

if TYPE_CHECKING:
    pass


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
