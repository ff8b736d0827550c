"""``brand.yaml`` as it is written: its keys, and colours that can be read on paper and on a dark screen."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, field_validator

from toolkit.params.strict import Strict, described, refuse
from toolkit.reporting.contrast import contrast
from toolkit.terms import Lang

FILE = "brand.yaml"
HEX = re.compile(r"^#[0-9a-fA-F]{6}$")
PAPERS = {"light": "#ffffff", "dark": "#12171e"}
TEXT_CONTRAST, LARGE_CONTRAST = 4.5, 3.0


class ShadeFile(Strict):
    """One colour on paper or a light screen, and on a dark screen."""

    least: ClassVar[float] = TEXT_CONTRAST

    light: Any = described("纸上和浅色屏幕上", "on paper and on a light screen")
    dark: Any = described("深色屏幕上", "on a dark screen")

    @field_validator("light", "dark")
    @classmethod
    def _is_readable(cls, value: Any, info: Any) -> str:
        if not isinstance(value, str) or not HEX.match(value):
            raise refuse(
                '应为 #rrggbb 形式的颜色并加引号，如 "#1f4e79"；不加引号时 # 之后会被当作注释',
                'must be a colour #rrggbb in quotes, such as "#1f4e79"; without quotes all behind # is a comment',
            )
        paper = PAPERS[info.field_name]
        found = contrast(value, paper)
        if found < cls.least:
            way = ("更深", "darker") if info.field_name == "light" else ("更浅", "lighter")
            raise refuse(
                f"与底色 {paper} 的对比度是 {found:.2f}，至少要 {cls.least:g}，否则看不清；请用{way[0]}的颜色",
                f"its contrast with the paper {paper} is {found:.2f}, at least {cls.least:g} is needed to be read; "
                f"take a {way[1]} colour",
            )
        return value


class ToneFile(ShadeFile):
    """The colour of a verdict's word, which is large and bold."""

    least: ClassVar[float] = LARGE_CONTRAST


def _both_sides(value: Any) -> Any:
    """One colour written alone is meant for light and dark."""
    return value if isinstance(value, dict) else {"light": value, "dark": value}


def _logo_sides(value: Any) -> Any:
    return {"light": value} if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    return {} if value is None else value


Colour = Annotated[ShadeFile, BeforeValidator(_both_sides)]
Tone = Annotated[ToneFile, BeforeValidator(_both_sides)]


class TonesFile(Strict):
    """The word of the verdict, by what it says."""

    adopt: Tone = described("采用", "adopt", None)
    keep: Tone = described("维持现行", "keep", None)
    reject: Tone = described("否决", "reject", None)
    pilot: Tone = described("先做试点", "pilot first", None)
    unready: Tone = described("尚不能判定", "no verdict yet", None)


class LogoFile(Strict):
    """Picture files, named relative to the brand file."""

    light: str = described("标志文件（SVG 或 PNG）", "file of the logo, SVG or PNG", "")
    dark: str = described("深色屏幕上用的标志文件", "file of the logo for dark screens", "")


class WordsFile(Strict):
    """Words in one language or both; empty prints none."""

    zh: str = described("中文", "Chinese text", "", max_length=200)
    en: str = described("英文", "English text", "", max_length=200)

    def text(self, lang: Lang) -> str:
        """The words in ``lang``."""
        return self.zh if lang == "zh" else self.en


class BrandFile(Strict):
    """All that may stand in a brand file; what is left out is taken from the built-in look."""

    accent: Colour = described("标题、链接与关键数字", "headings, links and key figures", None)
    neutral: Colour = described("次要文字", "small print", None)
    ink: Colour = described("正文", "text", None)
    warn: Colour = described("提醒", "cautions", None)
    tones: Annotated[TonesFile, BeforeValidator(_nothing)] = described(
        "判定用词的颜色", "colours of the word of the verdict", TonesFile()
    )
    name: Annotated[WordsFile, BeforeValidator(_nothing)] = described(
        "公司或部门名称；有标志时是标志的替代文字",
        "name of the house; beside a logo its alternative text",
        WordsFile(),
    )
    logo: Annotated[LogoFile, BeforeValidator(_logo_sides), BeforeValidator(_nothing)] = described(
        "标志", "the logo", LogoFile()
    )
    imprint: Annotated[WordsFile, BeforeValidator(_nothing)] = described(
        "每份报告页脚的一行字", "a line at the foot of every report", WordsFile()
    )
