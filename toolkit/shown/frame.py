"""The first rows of a frame, a series or a list of results, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from toolkit.shown.brief import brief, plain
from toolkit.shown.line import cut, inside, one_line
from toolkit.shown.names import Named, column_named, has_own_columns, noun, worded
from toolkit.shown.table import table
from toolkit.terms import Label, Lang, number

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 10, 12, 60


def is_frame(value: object) -> bool:
    """Whether ``value`` is a frame or a series of pandas, told without loading pandas."""
    return type(value).__module__.startswith("pandas") and type(value).__name__ in ("DataFrame", "Series")


def first_rows(frame: object, caption: str, lang: Lang, place: tuple[object, str]) -> str:
    """Up to ten rows and twelve columns, index first; the caption says what is left out.

    ``place`` is the result that holds the frame and the attribute under which it does.
    """
    frame = _as_frame(frame)
    part = frame.iloc[:MOST_ROWS, :MOST_COLUMNS]
    own = has_own_columns(*place)
    named = [
        _column(name, place[0], False) if name else (place[1], Named(Label("", "")))
        for name in part.index.names
    ]
    named += [_column(name, place[0], own) for name in part.columns]
    shown = [
        [_cell(worded(code, value, lang), word.unit, lang) for value in column]
        for column, (code, word) in zip(_columns(part), named, strict=True)
    ]
    heads = [_cut(word.text(lang)) for _, word in named]
    caption = f"{_cut(caption)}{_left_out(*frame.shape, lang)}"
    return table(caption, heads, list(zip(*shown, strict=True)))


def _as_frame(frame: object) -> object:
    """A series as a frame of one column; rows that are only numbered are headed by their first column."""
    if type(frame).__name__ == "Series":
        frame = frame.rename(frame.name or "value").to_frame()
    numbered = type(frame.index).__name__ == "RangeIndex" and frame.index.name is None
    return frame.set_index(frame.columns[0]) if numbered and frame.shape[1] > 1 else frame


def _columns(part: object) -> list[Sequence[object]]:
    """The values of index and columns, column by column."""
    levels = [part.index.get_level_values(level).tolist() for level in range(part.index.nlevels)]
    return [*levels, *(part.iloc[:, at].tolist() for at in range(part.shape[1]))]


def listed(value: object) -> Callable[[str, Lang], str] | None:
    """What makes a table of a tuple or mapping of results; None for anything else."""
    if isinstance(value, Mapping) and value and all(map(_is_result, value.values())):
        return partial(_results, [(_key(key), one) for key, one in value.items()])
    if isinstance(value, Sequence) and not isinstance(value, str) and value and all(map(_is_result, value)):
        return partial(_results, [(number(at + 1), one) for at, one in enumerate(value)])
    return None


def _results(entries: list[tuple[str, object]], caption: str, lang: Lang) -> str:
    rows = [
        (_cut(key), cut(inside(one, lang) or noun(one, lang), 2 * LONGEST_CELL))
        for key, one in entries[:MOST_ROWS]
    ]
    return table(f"{_cut(caption)}{_left_out(len(entries), 0, lang)}", (), rows)


def _is_result(value: object) -> bool:
    return hasattr(value, "_repr_line_") and not isinstance(value, type)


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


def _column(name: object, owner: object, own: bool) -> tuple[str, Named]:
    """Code and name of a column; names of the company's own stay as they are."""
    code = "" if name is None else " · ".join(map(str, name)) if isinstance(name, tuple) else str(name)
    return (
        ("", Named(Label(code, code)))
        if own or not isinstance(name, str)
        else (code, column_named(owner, code))
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
