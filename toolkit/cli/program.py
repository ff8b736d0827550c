"""The command ``gradelab`` itself: what every command shares."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from toolkit import __version__
from toolkit.errors import UsageError
from toolkit.run.options import (
    Debug,
    option,
)
from toolkit.run.speech import DEBUG

EPILOG = (
    "退出码 Exit codes: 0 完成 done, 1 内部错误 internal error, 2 用法 usage, 3 参数 parameters, "
    "4 章节 notebook, 5 内核 kernel died, 6 超时 time limit, 7 数据 data, 8 报告 report, "
    "9 签署失效、重做不一致或结论翻转 signature void, rerun differs or conclusion flipped, 74 写不了 cannot write, 75 已有运行 locked, try later, 78 环境 environment, 130 / 143 被中断 interrupted."
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


def reports_folder(out: Path | None) -> Path:
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
