"""The logo of a company: a small SVG or PNG that asks for nothing, runs nothing and looks the same everywhere."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, UnidentifiedImageError

from toolkit.reporting.blocks import Figure
from toolkit.reporting.pictures import natural_size
from toolkit.terms import Label

SVG, PNG = "image/svg+xml", "image/png"
KINDS = {".svg": SVG, ".png": PNG}
MOST_BYTES = 200_000
MOST_PIXELS = 4000
WIDEST, TALLEST = 8.0, 2.0
DRAWN = {
    "svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "path", "rect", "circle", "ellipse", "line",
    "polyline", "polygon", "style", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern",
}  # fmt: skip
ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:|expression\(", re.IGNORECASE)
DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)|<\?xml-stylesheet", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown.

    Attributes
    ----------
    mime : str
    data : bytes
    """

    mime: str
    data: bytes

    @property
    def figure(self) -> Figure:
        """The same as figures of a report are."""
        return Figure(self.mime, self.data, "")


def read_logo(path: Path) -> Picture | Label:
    """The picture in ``path``, or what is wrong with it."""
    mime = KINDS.get(path.suffix.lower())
    if mime is None:
        return Label("标志只能是 .svg 或 .png 文件", "a logo is an .svg or .png file")
    try:
        data = path.read_bytes()
    except OSError:
        return Label(
            "没有这个文件，或读不了；路径相对于品牌文件所在的文件夹",
            "there is no such file, or it cannot be read; its place is relative to the folder of the brand file",
        )
    if len(data) > MOST_BYTES:
        return Label(
            f"标志有 {len(data) / 1000:,.0f} KB，最多 {MOST_BYTES / 1000:,.0f} KB；请换小一些的图",
            f"the logo has {len(data) / 1000:,.0f} KB, at most {MOST_BYTES / 1000:,.0f} KB are allowed; take a smaller one",
        )
    wrong = next(_wrong_svg(data) if mime == SVG else _wrong_png(data), None)
    return wrong or next(_wrong_shape(Picture(mime, data)), None) or Picture(mime, data)


def _wrong_png(data: bytes) -> Iterator[Label]:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            size = image.size
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        yield Label("不是完好的 PNG 图片", "this is no sound PNG picture")
        return
    if max(size) > MOST_PIXELS:
        yield Label(
            f"标志有 {size[0]}×{size[1]} 像素，每边最多 {MOST_PIXELS}",
            f"the logo has {size[0]}×{size[1]} pixels, at most {MOST_PIXELS} a side are allowed",
        )


def _wrong_svg(data: bytes) -> Iterator[Label]:
    """What keeps a drawing from being shown: declarations, code, words, anything that lies elsewhere."""
    if DECLARED.search(data):
        yield Label(
            "SVG 不能有 DOCTYPE、实体或外部样式表",
            "an SVG may have no DOCTYPE, no entities and no style sheet elsewhere",
        )
        return
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError):
        yield Label("不是完好的 SVG 图片", "this is no sound SVG picture")
        return
    if _bare(root.tag) != "svg":
        yield Label("不是 SVG 图片", "this is no SVG picture")
    for element in root.iter():
        name = _bare(str(element.tag))
        if name in ("text", "tspan", "textPath"):
            yield Label(
                "SVG 里有文字，在别的机器上字形会变；请在绘图软件里把文字转为路径",
                "the SVG has text, which looks different on other machines; turn it into paths in the drawing program",
            )
        elif name not in DRAWN and not _is_foreign(str(element.tag)):
            yield Label(
                f"SVG 里不能有 <{name}>；只允许静止的图形",
                f"an SVG may have no <{name}>; only still shapes are allowed",
            )
        if name == "style" and ELSEWHERE.search(element.text or ""):
            yield _elsewhere(name)
        yield from _wrong_attributes(element)


def _wrong_attributes(element: ElementTree.Element) -> Iterator[Label]:
    for written, value in element.attrib.items():
        name = _bare(written).lower()
        if name.startswith("on"):
            yield Label(f"SVG 里不能有脚本（{name}）", f"an SVG may have no script ({name})")
        if (name in ("href", "src") and not value.startswith("#")) or ELSEWHERE.search(value):
            yield _elsewhere(name)


def _elsewhere(name: str) -> Label:
    return Label(
        f"SVG 里的 {name} 指向图外的东西；标志要完整地放在一个文件里",
        f"{name} in the SVG points outside the picture; a logo is one file with everything inside",
    )


def _wrong_shape(picture: Picture) -> Iterator[Label]:
    size = natural_size(picture.figure)
    if size is None or not all(size):
        yield Label(
            "看不出标志的大小；SVG 要有 viewBox 或 width 与 height",
            "the size of the logo is not stated; an SVG needs viewBox, or width and height",
        )
    elif not 1 / TALLEST <= size[0] / size[1] <= WIDEST:
        yield Label(
            f"标志的宽是高的 {size[0] / size[1]:.1f} 倍，应在 {1 / TALLEST:g} 与 {WIDEST:g} 之间",
            f"the logo is {size[0] / size[1]:.1f} times as wide as it is high; between {1 / TALLEST:g} and {WIDEST:g} fits",
        )


def _is_foreign(tag: str) -> bool:
    """Whether an element is of a drawing program and draws nothing."""
    return tag.startswith("{") and "svg" not in tag.partition("}")[0] and "xhtml" not in tag.partition("}")[0]


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]
