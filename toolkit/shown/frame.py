"""The first rows of a frame, a series or a list of results, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from toolkit.shown.brief import brief, plain
from toolkit.shown.line import cut, inside, one_line
from toolkit.shown.names import named, noun
from toolkit.shown.table import table
from toolkit.terms import Lang, number

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 10, 12, 60


def is_frame(value: object) -> bool:
    """Whether ``value`` is a frame or a series of pandas, told without loading pandas."""
    return type(value).__module__.startswith("pandas") and type(value).__name__ in ("DataFrame", "Series")


def first_rows(frame: object, caption: str, lang: Lang, owner: object) -> str:
    """Up to ten rows and twelve columns, index first; the caption says what is left out."""
    if type(frame).__name__ == "Series":
        frame = frame.rename(frame.name or "value").to_frame()
    rows, columns = frame.shape
    part = frame.iloc[:MOST_ROWS, :MOST_COLUMNS]
    names = [*part.index.names, *part.columns]
    keys = [key if isinstance(key, tuple) else (key,) for key in part.index]
    cells = [part.iloc[:, at].tolist() for at in range(part.shape[1])]
    heads = [_head(name, lang, owner) for name in names]
    units = [named(owner, str(name)).unit for name in names]
    body = [
        [
            _cell(value, unit, lang)
            for value, unit in zip((*key, *(column[at] for column in cells)), units, strict=True)
        ]
        for at, key in enumerate(keys)
    ]
    return table(f"{_cut(caption)}{_left_out(rows, columns, lang)}", heads, body)


def listed(value: object) -> Callable[[str, Lang], str] | None:
    """What makes a table of a tuple or mapping of results; None for anything else."""
    if isinstance(value, Mapping) and value and all(map(_is_result, value.values())):
        return partial(_results, [(_key(key), one) for key, one in value.items()])
    if isinstance(value, Sequence) and not isinstance(value, str) and value and all(map(_is_result, value)):
        return partial(_results, [(number(at + 1), one) for at, one in enumerate(value)])
    return None


def _results(entries: list[tuple[str, object]], caption: str, lang: Lang) -> str:
    rows = [
        (_cut(key), cut(f"{noun(one, lang)} {inside(one, lang)}", 2 * LONGEST_CELL))
        for key, one in entries[:MOST_ROWS]
    ]
    return table(f"{_cut(caption)}{_left_out(len(entries), 0, lang)}", (), rows)


def _is_result(value: object) -> bool:
    return hasattr(value, "shown_in_line") and not isinstance(value, type)


def _left_out(rows: int, columns: int, lang: Lang) -> str:
    said = []
    if rows > MOST_ROWS:
        said.append(
            f"前 {MOST_ROWS} 行，共 {number(rows)} 行"
            if lang == "zh"
            else f"{MOST_ROWS} rows … of {number(rows)}"
        )
    if columns > MOST_COLUMNS:
        zh, en = f"前 {MOST_COLUMNS} 列，共 {columns} 列", f"{MOST_COLUMNS} columns … of {columns}"
        said.append(zh if lang == "zh" else en)
    if not said:
        return ""
    return f"（{'；'.join(said)}）" if lang == "zh" else f" ({'; '.join(said)})"


def _head(name: object, lang: Lang, owner: object) -> str:
    if name is None:
        return ""
    parts = name if isinstance(name, tuple) else (name,)
    return _cut(
        " · ".join(named(owner, part).text(lang) if isinstance(part, str) else str(part) for part in parts)
    )


def _cell(value: object, unit: str, lang: Lang) -> str:
    value = plain(value)
    if (
        value is None
        or (isinstance(value, float) and value != value)
        or type(value).__name__ in ("NAType", "NaTType")
    ):
        return brief(None, unit, lang)
    return _cut(brief(value, unit, lang))


def _key(key: object) -> str:
    return " / ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _cut(text: str) -> str:
    return cut(one_line(text), LONGEST_CELL)
