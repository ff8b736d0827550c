"""Static weights out of the variable Noto Sans SC.

matplotlib draws a variable font at its default weight (Thin), so charts need static files.
The general instancer takes 16 to 21 seconds a weight on 31,036 glyphs. Here outlines and
deltas are read once for all weights, scaled as arrays, and written back as arrays
(OpenType 1.9, tables ``glyf`` and ``gvar``); every other table still goes through
``fontTools.varLib.instancer``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from fontTools.ttLib.tables.TupleVariation import (
    TupleVariation,
    decompileSharedTuples,
    decompileTupleVariationStore,
)
from fontTools.varLib import instancer
from fontTools.varLib.iup import iup_delta
from fontTools.varLib.models import normalizeValue, piecewiseLinearMap

PHANTOMS = 4
UNUSED = ("gvar", "HVAR", "vmtx", "vhea", "VORG", "prep", "gasp", "DSIG")
REPEAT, KEPT_FLAGS = 0x08, 0x41
SHORT_SAME = ((0x02, 0x10), (0x04, 0x20))


def _sizes(short: int, same: int) -> bytes:
    """Bytes a coordinate takes, by flag."""
    return bytes(1 if flag & short else 0 if flag & same else 2 for flag in range(256))


SIZES = tuple(_sizes(short, same) for short, same in SHORT_SAME)


@dataclass(frozen=True, slots=True)
class Outlines:
    """All glyphs of a variable font as flat arrays.

    Attributes
    ----------
    points : ndarray of int, shape (all points, 2)
        Font units at the default weight, glyph after glyph.
    deltas : ndarray of float, same shape
        What the heaviest weight adds.
    flags : ndarray of uint8, one per point
    starts : ndarray of int, one per glyph and one more
        Where the points of each glyph begin.
    ends : list of tuple of int, one per glyph
        Last point of each contour; empty for a blank glyph.
    sides : ndarray of float, shape (glyphs, 2)
        Left and right edge of the glyph at the default weight.
    side_deltas : ndarray of float, same shape
    """

    points: np.ndarray
    deltas: np.ndarray
    flags: np.ndarray
    starts: np.ndarray
    ends: list[tuple[int, ...]]
    sides: np.ndarray
    side_deltas: np.ndarray


def build(source: Path, targets: dict[int, Path]) -> None:
    """Write one static TrueType file per weight.

    Parameters
    ----------
    source : Path
        A variable TrueType font with the single axis ``wght`` and simple glyphs.
    targets : dict of weight to file

    Raises
    ------
    ValueError
        If the font holds composite glyphs, other axes or other regions.
    """
    with TTFont(source, lazy=True) as font:
        axes = font["fvar"].axes
        if [axis.axisTag for axis in axes] != ["wght"]:
            raise ValueError(f"{source.name}: expected the single axis wght, found {len(axes)} axes")
        limits = (axes[0].minValue, axes[0].defaultValue, axes[0].maxValue)
        curve = font["avar"].segments["wght"]
        outlines = read(font)
    for weight, target in targets.items():
        scale = piecewiseLinearMap(normalizeValue(weight, limits), curve)
        _write(source, target, weight, _tables(outlines, scale))


def read(font: TTFont) -> Outlines:
    """Outlines and deltas of every glyph of ``font``."""
    data, offsets = font.reader["glyf"], font["loca"].locations
    parts = [_split(data[offsets[i] : offsets[i + 1]]) for i in range(len(offsets) - 1)]
    flags = b"".join(part[1] for part in parts)
    starts = np.concatenate([[0], np.cumsum([len(part[1]) for part in parts])])
    marks = np.frombuffer(flags, dtype=np.uint8)
    points = np.stack(
        [_decode(marks, starts, axis, b"".join(part[2 + axis] for part in parts)) for axis in (0, 1)], axis=1
    )
    ends = [part[0] for part in parts]
    names, metrics = font.getGlyphOrder(), font["hmtx"].metrics
    sides = np.zeros((len(names), 2))
    for i, name in enumerate(names):
        low = points[starts[i] : starts[i + 1], 0].min() if ends[i] else 0
        advance, bearing = metrics[name]
        sides[i] = low - bearing, low - bearing + advance
    deltas, side_deltas = _deltas(font, points, starts, ends, sides)
    return Outlines(points, deltas, marks & KEPT_FLAGS, starts, ends, sides, side_deltas)


def _split(data: bytes) -> tuple[tuple[int, ...], bytes, bytes, bytes]:
    """Contour ends, one flag per point, bytes of x, bytes of y of one glyph."""
    if not data:
        return (), b"", b"", b""
    contours = struct.unpack_from(">h", data)[0]
    if contours < 0:
        raise ValueError("a glyph is composite; only simple outlines are expected")
    ends = struct.unpack_from(f">{contours}H", data, 10)
    at = 10 + 2 * contours
    at += 2 + struct.unpack_from(">H", data, at)[0]
    flags = bytearray()
    while len(flags) <= ends[-1]:
        flag = data[at]
        at += 1
        flags.append(flag)
        if flag & REPEAT:
            flags.extend(bytes([flag]) * data[at])
            at += 1
    packed = bytes(flags)
    middle = at + sum(packed.translate(SIZES[0]))
    return ends, packed, data[at:middle], data[middle : middle + sum(packed.translate(SIZES[1]))]


def _decode(flags: np.ndarray, starts: np.ndarray, axis: int, data: bytes) -> np.ndarray:
    """Absolute coordinates of all points on one axis."""
    short, same = SHORT_SAME[axis]
    sizes = np.frombuffer(SIZES[axis], dtype=np.uint8)[flags].astype(np.int64)
    at = np.cumsum(sizes) - sizes
    raw = np.frombuffer(data + b"\0\0", dtype=np.uint8).astype(np.int64)
    first, second = raw[np.minimum(at, len(raw) - 2)], raw[np.minimum(at + 1, len(raw) - 1)]
    long = ((first << 8) | second).astype(np.uint16).astype(np.int16).astype(np.int64)
    little = np.where(flags & same, first, -first)
    steps = np.where(sizes == 2, long, np.where(flags & short, little, 0))
    total = np.cumsum(steps)
    before = np.concatenate([[0], total])[starts[:-1]]
    return total - np.repeat(before, np.diff(starts))


def _deltas(
    font: TTFont, points: np.ndarray, starts: np.ndarray, ends: list[tuple[int, ...]], sides: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    deltas, side_deltas = np.zeros(points.shape), np.zeros(sides.shape)
    for i, variations in enumerate(_variations(font, np.diff(starts) + PHANTOMS)):
        start, stop = starts[i], starts[i + 1]
        for variation in variations:
            if variation.axes != {"wght": (0.0, 1.0, 1.0)}:
                raise ValueError(f"a glyph varies over {variation.axes}")
            moved = variation.coordinates
            if None in moved:
                edges = ((sides[i, 0], 0), (sides[i, 1], 0), (0, 0), (0, 0))
                outline = [*map(tuple, points[start:stop].tolist()), *edges]
                moved = iup_delta(moved, outline, list(ends[i]))
            array = np.array(moved, dtype=float)
            deltas[start:stop] += array[:-PHANTOMS]
            side_deltas[i] += array[-PHANTOMS:-2, 0]
    return deltas, side_deltas


def _variations(font: TTFont, counts: np.ndarray) -> Iterator[list[TupleVariation]]:
    """Variations of each glyph in turn; ``counts`` holds its points, phantom points included."""
    data = font.reader["gvar"]
    _, shared_count, shared_at, glyphs, long, data_at = struct.unpack_from(">4xHHLHHL", data)
    shared = decompileSharedTuples(["wght"], shared_count, data, shared_at)
    kind, factor = (">u4", 1) if long & 1 else (">u2", 2)
    offsets = np.frombuffer(data, dtype=kind, count=glyphs + 1, offset=20).astype(np.int64) * factor + data_at
    for i, count in enumerate(counts):
        part = data[offsets[i] : offsets[i + 1]]
        if not part:
            yield []
            continue
        tuples, at = struct.unpack_from(">HH", part)
        yield decompileTupleVariationStore("gvar", ["wght"], tuples, int(count), shared, part, 4, at)


def _tables(outlines: Outlines, scale: float) -> dict[str, bytes]:
    """The tables ``glyf``, ``loca`` (long) and ``hmtx`` at ``scale``, the normalised weight 0..1."""
    points = _rounded(outlines.points + scale * outlines.deltas)
    sides = _rounded(outlines.sides + scale * outlines.side_deltas)
    marks, streams = _encode(points, outlines.flags, outlines.starts)
    glyphs, metrics = [], []
    for i, ends in enumerate(outlines.ends):
        start, stop = outlines.starts[i], outlines.starts[i + 1]
        left, right = sides[i]
        if not ends:
            glyphs.append(b"")
            metrics.append((right - left, 0))
            continue
        low, high = points[start:stop].min(axis=0), points[start:stop].max(axis=0)
        head = struct.pack(f">5h{len(ends)}HH", len(ends), *low, *high, *ends, 0)
        body = [data[at[start] : at[stop]].tobytes() for data, at in streams]
        glyph = b"".join((head, marks[start:stop].tobytes(), *body))
        glyphs.append(glyph + b"\0" * (-len(glyph) % 4))
        metrics.append((right - left, low[0] - left))
    loca = np.concatenate([[0], np.cumsum([len(glyph) for glyph in glyphs])]).astype(">u4").tobytes()
    hmtx = b"".join(struct.pack(">Hh", *metric) for metric in metrics)
    return {"glyf": b"".join(glyphs), "loca": loca, "hmtx": hmtx}


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.floor(values + 0.5).astype(np.int64)


def _encode(
    points: np.ndarray, flags: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """Flags, and for x and for y all bytes with the place where each point's bytes begin."""
    steps = np.diff(points, axis=0, prepend=0)
    firsts = starts[:-1][np.diff(starts) > 0]
    steps[firsts] = points[firsts]
    marks, streams = flags.copy(), []
    for axis, (short, same) in enumerate(SHORT_SAME):
        step = steps[:, axis]
        is_zero, is_short = step == 0, (step != 0) & (np.abs(step) < 256)
        marks |= np.where(is_zero | (is_short & (step > 0)), same, 0).astype(np.uint8)
        marks |= np.where(is_short, short, 0).astype(np.uint8)
        low = np.where(is_short, np.abs(step), step & 0xFF)
        pair = np.stack([(step >> 8) & 0xFF, low], axis=1).astype(np.uint8)
        keep = np.stack([~(is_zero | is_short), ~is_zero], axis=1)
        streams.append((pair[keep], np.concatenate([[0], np.cumsum(keep.sum(axis=1))])))
    return marks, streams


def _write(source: Path, target: Path, weight: int, tables: dict[str, bytes]) -> None:
    with TTFont(source, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
        for tag in UNUSED:
            if tag in font:
                del font[tag]
        instancer.instantiateVariableFont(
            font,
            {"wght": weight},
            inplace=True,
            updateFontNames=True,
            overlap=instancer.OverlapMode.KEEP_AND_DONT_SET_FLAGS,
        )
        font["head"].indexToLocFormat = 1
        font["hhea"].numberOfHMetrics = len(tables["loca"]) // 4 - 1
        for tag, data in tables.items():
            raw = DefaultTable(tag)
            raw.data = data
            font.tables[tag] = raw
        font.save(target, reorderTables=None)
