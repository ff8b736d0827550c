"""How large a picture wants to be."""

from __future__ import annotations

import io
import re

from PIL import Image, UnidentifiedImageError

from toolkit.reporting.blocks import Figure

SCREEN_DPI, POINTS_PER_INCH = 96, 72
NARROW_PT = 300.0
ROOT = re.compile(rb"<svg\b[^>]*>", re.DOTALL)
LENGTH = rb"\b%s\s*=\s*[\"']\s*([\d.]+)\s*(pt|px|in|mm|cm)?\s*[\"']"
VIEW_BOX = re.compile(rb"viewBox\s*=\s*[\"']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)")
UNITS = {b"pt": 1.0, b"in": 72.0, b"mm": 72 / 25.4, b"cm": 72 / 2.54, b"px": 0.75, b"": 0.75}


def natural_size(figure: Figure) -> tuple[float, float] | None:
    """Width and height in points as the picture states them; None where it states nothing.

    >>> natural_size(Figure("image/svg+xml", b'<svg width="144pt" height="72pt">', ""))
    (144.0, 72.0)
    """
    if figure.mime == "image/svg+xml":
        return _svg_size(figure.data)
    try:
        with Image.open(io.BytesIO(figure.data)) as image:
            width, height = image.size
    except (UnidentifiedImageError, OSError):
        return None
    return width * POINTS_PER_INCH / SCREEN_DPI, height * POINTS_PER_INCH / SCREEN_DPI


def shown_width(figure: Figure, line: float, most: float) -> float | None:
    """Width in points at which a picture is printed; None fills the line.

    Parameters
    ----------
    figure : Figure
    line : width of the line in points
    most : greatest height in points

    A drawing fills the line unless it is meant to be small; a bitmap is never enlarged; nothing
    is taller than ``most``.
    """
    size = natural_size(figure)
    if size is None or not all(size):
        return None
    width, height = size
    is_drawing = figure.mime == "image/svg+xml"
    wanted = line if width > line or (is_drawing and width > NARROW_PT) else width
    wanted = min(wanted, most * width / height)
    return None if wanted >= line else wanted


def _svg_size(data: bytes) -> tuple[float, float] | None:
    root = ROOT.search(data)
    if root is None:
        return None
    sides = [re.search(LENGTH % name, root[0]) for name in (b"width", b"height")]
    if all(sides):
        width, height = (float(side[1]) * UNITS[side[2] or b""] for side in sides if side)
        return width, height
    box = VIEW_BOX.search(root[0])
    return (float(box[1]) * UNITS[b"px"], float(box[2]) * UNITS[b"px"]) if box else None
