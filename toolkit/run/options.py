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
RunWanted = Annotated[
    Path,
    argument(
        "RUN",
        "运行文件夹、研究文件，或“研究编号/季度”",
        "run folder, study file, or STUDY/QUARTER below --out",
    ),
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
