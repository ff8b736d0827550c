"""Options and arguments of the commands, each with its help in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from toolkit.run.speech import DEBUG, LANG


def argument(metavar: str, zh: str, en: str) -> Any:
    """An argument of a command."""
    return typer.Argument(metavar=metavar, help=f"{zh} / {en}", show_default=False)


def option(name: str, zh: str, en: str, **more: Any) -> Any:
    """An option of a command."""
    return typer.Option(name, help=f"{zh} / {en}", **{"show_default": False, **more})


StudyFile = Annotated[Path, argument("STUDY", "研究文件", "study file, params/studies/NAME.yaml")]
PolicyFile = Annotated[Path, argument("POLICY", "方案文件", "policy file, params/policies/…/NAME.yaml")]
Paths = Annotated[list[Path], argument("PATH...", "文件或文件夹", "files or folders")]
Dataset = Annotated[Literal["online-retail"], argument("DATASET", "数据集", "data set: online-retail")]
Quarter = Annotated[
    str | None,
    option(
        "--quarter", "季度，默认最近完整季度", "quarter, default the last complete", metavar="2026Q3|last"
    ),
]
OneQuarter = Annotated[
    str | None,
    option("--quarter", "只写这一季度，默认全部", "this quarter only, default all", metavar="2026Q3|last"),
]
CustomerId = Annotated[
    str, option("--customer", "客户编号（区分大小写）", "identifier of the customer", metavar="ID")
]
ExplainedQuarter = Annotated[
    str | None,
    option("--quarter", "哪一季度的等级", "quarter of the grade, default the last", metavar="2026Q3|last"),
]
PolicyWanted = Annotated[
    str | None,
    option(
        "--policy",
        "研究中的方案编号，或方案文件；默认现行方案",
        "policy of the study by its id, or a policy file; default the one in force",
        metavar="POLICY",
    ),
]
ScratchFile = Annotated[
    Path | None,
    option(
        "--out",
        "写到哪个 .ipynb 文件，默认 notebooks/scratch/ 中以研究命名",
        "notebook to write, default one named after the study in notebooks/scratch/",
        metavar="FILE",
    ),
]
PageFile = Annotated[
    Path | None,
    option("--html", "写成一页 HTML（中英文）", "write one page of HTML, both languages", metavar="FILE"),
]
Data = Annotated[
    Path | None,
    option("--data", "数据文件夹", "data folder, default data/", metavar="DIR", envvar="GRADELAB_DATA"),
]
Reports = Annotated[
    Path | None, option("--out", "报告文件夹", "folder of reports, default reports/", metavar="DIR")
]
StudyOption = Annotated[
    Path, option("--study", "研究文件，数据出自它", "study that names the data", metavar="STUDY")
]
RegisterFile = Annotated[
    Path, option("--out", "输出文件 .parquet 或 .csv", "file to write, .parquet or .csv", metavar="FILE")
]
Excel = Annotated[bool, option("--excel", "CSV 加 BOM，便于 Excel 打开", "byte order mark, for Excel")]
Customers = Annotated[
    int, option("--customers", "期初客户数", "customers at the start", metavar="N", min=100, max=5_000_000)
]
Seed = Annotated[int, option("--seed", "随机种子", "random seed", metavar="N", min=0)]
Folder = Annotated[Path, option("--out", "输出文件夹", "folder to write", metavar="DIR")]
Format = Annotated[
    Literal["parquet", "csv"], option("--format", "文件格式", "file format", show_default=True)
]
Force = Annotated[
    list[str] | None,
    option(
        "--force",
        "重做这一步（data、chapter:名称、facts、report:名称、all），可重复；结果变了，后面的步骤才重做",
        "do this step again (data, chapter:NAME, facts, report:NAME, all), repeatable; later steps follow if it differs",
        metavar="STEP",
    ),
]
With = Annotated[
    list[Path] | None,
    option(
        "--with",
        "叠加在研究之上的情景文件（集合中的一个写作 文件#名称），可重复，依次叠加；不更新 latest.json",
        "scenario laid over the study (FILE, or FILE#MEMBER of a set), repeatable, in order; never becomes the latest report",
        metavar="FILE",
    ),
]
SetFile = Annotated[
    Path | None,
    option(
        "--set",
        "逐个运行一组情景并汇总比较；不更新 latest.json",
        "run every member of a set of scenarios and compare; none becomes the latest report",
        metavar="FILE",
    ),
]
TimeLimit = Annotated[
    float | None,
    option(
        "--time-limit", "整个运行的时限，分钟", "time limit of the whole run", metavar="MINUTES", min=0.01
    ),
]
Wait = Annotated[
    float,
    option(
        "--wait",
        "同一研究同一季度已有运行时等待的秒数",
        "wait for another run of the same study and quarter",
        metavar="SECONDS",
        min=0,
    ),
]
Jobs = Annotated[
    int | None,
    option(
        "--jobs",
        "同时工作的进程数，默认比核数少一个（至少 2）；每次运行占两个，其余用来同时运行 --set 的情景",
        "processes at work, default one less than there are cores and 2 at least; a run keeps two busy, more run members of --set side by side",
        metavar="N",
        min=1,
    ),
]
On = Annotated[
    str | None,
    option(
        "--on",
        "由这个 Dask 集群运行 --set 的情景（各机器上项目在同一位置），默认在本机；与 --force 同用时仍在本机",
        "Dask cluster that runs the members of --set, with the project at the same place on each of its machines; default this machine, as with --force",
        metavar="tcp://HOST:PORT",
        envvar="GRADELAB_WORKERS",
    ),
]
DryRun = Annotated[
    bool,
    option(
        "--dry-run",
        "只核对并列出每一步沿用还是要做，不写任何文件",
        "check everything and list for each step whether it is reused or run, and why; write nothing",
    ),
]
Json = Annotated[bool, option("--json", "最后输出一个 JSON 对象", "end with one JSON object")]
Lang = Annotated[
    Literal["zh", "en"] | None, option("--lang", "提示语言", "language of messages", envvar=LANG)
]
Brought = Annotated[
    list[str],
    argument(
        "FILE...",
        "文件、文件夹、带 * 的路径，或数据库的引用 '${env:NAME}#表'",
        "files, folders, paths with *, or a database by reference, '${env:NAME}#TABLE'",
    ),
]
StudyId = Annotated[str | None, option("--study-id", "新研究的编号", "id of the new study", metavar="ID")]
NewStudy = Annotated[
    Path | None,
    option(
        "--out",
        "要写的研究文件，默认 params/studies/编号.yaml",
        "study to write, default params/studies/ID.yaml",
        metavar="STUDY",
    ),
]
IntoStudy = Annotated[
    Path | None,
    option(
        "--into",
        "只替换这份研究的 history，其余不动",
        "replace only the history of this study",
        metavar="STUDY",
    ),
]
AnswersFile = Annotated[
    Path | None,
    option(
        "--answers",
        "答案文件（YAML），见 docs/your-data.md",
        "file of answers (YAML), see docs/your-data.md",
        metavar="FILE",
    ),
]
Unasked = Annotated[
    bool,
    option(
        "--yes",
        "不提问：有把握的照建议，没把握的报错",
        "ask nothing: take what is sure, refuse where something needed is not",
    ),
]
Overwrite = Annotated[bool, option("--force", "覆盖已有文件", "replace files that exist")]
Port = Annotated[
    int | None,
    option(
        "--port",
        "端口，默认 8888；被占用时取下一个空闲的",
        "port, default 8888; the next free one where it is taken",
        metavar="N",
        min=1,
        max=65535,
    ),
]
NoBrowser = Annotated[
    bool, option("--no-browser", "不打开浏览器，只打印地址", "open no browser, print the address only")
]
RunWanted = Annotated[
    Path,
    argument(
        "RUN",
        "运行文件夹、研究文件，或“研究编号/季度”",
        "run folder, study file, or STUDY/QUARTER below --out",
    ),
]


def _run(name: str, zh: str, en: str) -> Any:
    return argument(
        name, f"{zh}：运行文件夹或“研究编号/季度”", f"{en}: run folder, or STUDY/QUARTER below --out"
    )


RunBefore = Annotated[Path, _run("A", "之前的运行", "the run before")]
RunAfter = Annotated[Path, _run("B", "之后的运行", "the run after")]
ToleranceGiven = Annotated[
    list[str] | None,
    option(
        "--tolerance",
        "算作没变的幅度：0.01（全部，占数值的份额）、money=100（按单位）、change.*.net=5%（按数据要点），可重复；默认印出来不同才算变",
        "what counts as the same: 0.01 (all, as a share of the figure), money=100 (by unit), change.*.net=5% (by fact), "
        "repeatable; by default a fact moved when it is printed differently",
        metavar="[NAME=]AMOUNT",
    ),
]
HtmlFile = Annotated[Path | None, option("--html", "另写一页网页", "write a page as well", metavar="FILE")]
Alarm = Annotated[bool, option("--alarm", "有结论翻转时退出码为 9", "exit 9 where a conclusion flipped")]
RenderTo = Annotated[
    Path | None,
    option(
        "--to",
        "输出文件夹，默认在运行旁边的 rendered/ 下；不能在运行文件夹之内",
        "folder to write, default below rendered/ beside the run; never inside a run",
        metavar="DIR",
    ),
]
RenderLang = Annotated[
    Literal["zh", "en"] | None,
    option("--lang", "只做这种语言的报告，默认全部", "reports in this language only, default all"),
]
RenderFormat = Annotated[
    Literal["html", "pdf"] | None,
    option("--format", "只做这种格式，默认全部", "this format only, default both"),
]
ParamsBefore = Annotated[
    Path,
    argument(
        "A",
        "之前的研究、方案或运行",
        "study, policy or run before (run folder, or STUDY/QUARTER below --out)",
    ),
]
ParamsAfter = Annotated[Path, argument("B", "之后的研究、方案或运行", "study, policy or run after")]
SchemaFolder = Annotated[
    Path | None,
    option("--schema", "另把 JSON Schema 写到此文件夹", "also write the JSON Schema there", metavar="DIR"),
]
RoleName = Annotated[
    Literal["commissioner", "analyst", "assurer", "approver"] | None,
    option("--role", "角色", "role of who signs"),
]
SignedBy = Annotated[str | None, option("--name", "签署人姓名", "name of who signs", metavar="NAME")]
Note = Annotated[str, option("--note", "附言", "a remark kept with the signature", metavar="TEXT")]
CheckSigned = Annotated[
    bool,
    option(
        "--check", "只核对已有的签署，失效或没有时退出码为 9", "only check; exit 9 where void or unsigned"
    ),
]
Keep = Annotated[
    int,
    option(
        "--keep",
        "每个研究每季度保留几次最新的成功运行",
        "newest good runs kept for each study and quarter",
        metavar="N",
        min=1,
        show_default=True,
    ),
]
Days = Annotated[
    float,
    option(
        "--days",
        "多少天之内的运行一律保留",
        "every run younger than this is kept",
        metavar="D",
        min=0,
        show_default=True,
    ),
]
ListOnly = Annotated[bool, option("--dry-run", "只列出，不删除", "list only, remove nothing")]
Debug = Annotated[bool, option("--debug", "出错时显示调用栈", "show tracebacks", envvar=DEBUG)]
