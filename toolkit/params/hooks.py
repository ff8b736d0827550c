"""Parameters of hooks: what is called when a run has ended."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from toolkit.params.references import CommandWord
from toolkit.params.strict import Several, Strict, described, refuse

LONGEST_SECONDS = 3600


class HookParams(Strict):
    """What is called when a run has ended; it can change neither the run nor its exit code."""

    on: Literal["success", "failure", "flip"] = described(
        "success：运行成功；failure：运行失败或被中断；flip：运行成功，且判定与上一份较早季度的报告不同",
        "success: the run succeeded; failure: it failed or was interrupted; flip: it succeeded and its verdict differs "
        "from the last good report of an earlier quarter",
    )
    command: Several[CommandWord] | None = described(
        "命令与参数逐项列出，不经 shell；经环境变量 GRADELAB_RUN、GRADELAB_STATE 等得知结果",
        "command and arguments, one by one, without a shell; GRADELAB_RUN, GRADELAB_STATE and others tell what happened",
        None,
        min_length=1,
    )
    callable: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")] | None = described(
        "Python 函数，写作 模块:函数，模块从项目文件夹导入；函数收到一个 Ended",
        "Python function as module:function, imported from the project's folder; it is given one Ended",
        None,
    )
    seconds: float = described(
        "最多运行多少秒，超时即终止", "seconds it may take before it is ended", 60.0, gt=0, le=LONGEST_SECONDS
    )

    @model_validator(mode="after")
    def one_thing_is_called(self) -> HookParams:
        if (self.command is None) == (self.callable is None):
            raise refuse(
                "command 与 callable 应写且只写一个", "needs either command or callable, and not both"
            )
        return self
