"""Parameters of a chapter: the five names in the tagged cell of every notebook."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from toolkit.params.strict import Strict, Text, described

Folder = Annotated[str, StringConstraints(max_length=2000)]


class OwnChapterParams(Strict):
    """A chapter of the company's own that the report has besides the shipped ones."""

    notebook: Text = described(
        "笔记本，相对于本文件；文件名不能与别的章节相同",
        "notebook, relative to this file; no other chapter may have its name",
    )
    after: Text | None = described(
        "放在哪一章之后，如 03_who_stays；不写则放在最后",
        "chapter after which it stands, such as 03_who_stays; left out, it stands last",
        None,
    )


class ChapterParams(Strict):
    """What a notebook is given. The defaults are those of an analyst at work in ``notebooks/``."""

    study: Text = described("研究文件", "study file", "params/studies/demo.yaml")
    quarter: Annotated[str, Field(pattern=r"^(last|\d{4}Q[1-4])$")] = described(
        "报告季度，last 为最近一个完整季度", "quarter; last is the last complete one", "last"
    )
    data: Folder = described("数据文件夹，空为默认", "data folder; empty for the default", "")
    out: Folder = described("输出文件夹，空为不写文件", "output folder; empty to write nothing", "")
    lang: Literal["zh", "en", "both"] = described("语言 zh、en 或 both", "language zh, en or both", "zh")

    @classmethod
    def cell_source(cls) -> str:
        """Text of the parameters cell: a line ``name: type = literal  # 中文 / English`` for each field.

        There is one equals sign in a line, for papermill on its own reads no line with two.

        >>> print(ChapterParams.cell_source().splitlines()[4])
        lang: str = "zh"  # 语言 zh、en 或 both / language zh, en or both
        """
        lines = []
        for name, field in cls.model_fields.items():
            kind = type(field.default).__name__
            meaning = f"{field.json_schema_extra['zh']} / {field.description}"
            lines.append(f'{name}: {kind} = "{field.default}"  # {meaning}')
        return "\n".join(lines)
