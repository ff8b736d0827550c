"""Names of what a notebook and a run cost."""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """A name in both languages."""

    zh: str
    en: str


COSTS = {
    "interpreter": Name("启动 Python", "start of Python"),
    "pandas": Name("导入 pandas", "import of pandas"),
    "statsmodels": Name("导入 statsmodels.api", "import of statsmodels.api"),
    "chapter": Name("导入一章所需的全部模块", "all imports of a chapter"),
    "command": Name("导入 gradelab 命令行", "import of the gradelab command line"),
    "kernel": Name("启动内核并执行一格", "a kernel started, one cell executed"),
    "kernel_with_imports": Name(
        "启动内核并完成一章的导入", "a kernel started, imports of a chapter executed"
    ),
    "papermill": Name("papermill 执行没有一格的笔记本", "papermill on a notebook without a cell"),
}
RUNS = {
    "papermill": Name("各章依次用 papermill 执行", "the chapters by plain papermill, one after another"),
    "gradelab": Name("gradelab run，含全部报告", "gradelab run, all reports included"),
    "again": Name("gradelab run，什么都没变", "gradelab run with nothing changed"),
}
