"""Commands about files of parameters."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typer

from toolkit.cli.program import EPILOG, app
from toolkit.run.default_command import WithDefault
from toolkit.run.options import (
    Data,
    Json,
    Lang,
    ParamsAfter,
    ParamsBefore,
    Paths,
    Quarter,
    Reports,
    SchemaFolder,
    StudyFile,
    With,
)
from toolkit.run.speech import language, speak, words


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
