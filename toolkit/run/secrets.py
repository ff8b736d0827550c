"""Before anything is published: does it hold a secret that the parameters only refer to?"""

from __future__ import annotations

import html
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from re import DOTALL, compile
from urllib.parse import quote, quote_plus, unquote

from toolkit.errors import ReportError
from toolkit.history.vault import resolve
from toolkit.params.history import FilesParams, HistoryParams
from toolkit.params.references import MASK, Reference, masked, references

__all__ = ["Leak", "SecretFound", "hidden", "masked", "refuse_leaks", "resolve", "scan", "values"]

TEXTS = (".json", ".jsonl", ".yaml", ".yml", ".csv", ".html", ".ipynb", ".svg", ".txt", ".md", ".log")
SHORTEST = 4
ADDRESS = compile(r"[A-Za-z][\w+.-]*://[^\s/@:]*:(?P<password>[^\s/]+)@")
STREAM = compile(rb"stream\r?\n(.*?)\r?\nendstream", DOTALL)


class SecretFound(ReportError):
    """Something that was to be published holds a secret."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret in a file.

    Attributes
    ----------
    file : str
        Below the folder that was searched.
    reference : Reference
        Whose value was found; the value itself is not kept.
    """

    file: str
    reference: Reference


def values(history: HistoryParams) -> dict[Reference, str]:
    """What the references of ``history`` stand for; empty where it has none.

    Raises
    ------
    ParameterError
        Where one stands for nothing.
    """
    return resolve(references(history.model_dump(mode="json"))) if isinstance(history, FilesParams) else {}


def scan(folder: Path, known: Mapping[Reference, str]) -> list[Leak]:
    """Every file below ``folder`` that holds one of the values, in order.

    Texts are searched as they are and as JSON, HTML and addresses would write the value; PDF in its
    streams, and in its words where pypdf is installed; Parquet in its text columns and its metadata.
    A value of fewer than ``SHORTEST`` characters cannot be told from ordinary text and is not searched.
    """
    wanted = {one: _spellings(value) for one, value in known.items() if len(value) >= SHORTEST}
    if not wanted:
        return []
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        pieces = list(_pieces(path))
        for one, spellings in wanted.items():
            if any(spelling in piece for piece in pieces for spelling in spellings):
                found.append(Leak(path.relative_to(folder).as_posix(), one))
    return found


def refuse_leaks(history: HistoryParams, folder: Path) -> None:
    """Refuse to publish the run in ``folder`` where it holds a value that ``history`` only refers to.

    Raises
    ------
    SecretFound
        Naming file and reference, never the value.
    """
    leaks = scan(folder, values(history))
    if not leaks:
        return
    first, files = leaks[0], len({leak.file for leak in leaks})
    raise SecretFound(
        zh=f"有 {files} 个文件含有参数只应引用的内容，没有发布；第一个是 {first.file}，含有 {first.reference} 的值。"
        "请找出哪一章写出了它，改正后删除这个运行文件夹以及 .steps 中该研究的文件夹，更换这个密码，再重新运行。",
        en=f"Nothing is published: {files} file(s) hold what the parameters only refer to; the first is {first.file}, "
        f"which holds the value of {first.reference}. Find the chapter that writes it and put it right, delete this "
        "run folder and the folder of the study in .steps, change the password, and run again.",
    )


def hidden(text: str, known: Iterable[str]) -> str:
    """``text`` with every one of the ``known`` values, and every literal password, blotted out."""
    for value in sorted((value for value in known if len(value) >= SHORTEST), key=len, reverse=True):
        text = text.replace(value, MASK)
    return masked(text)


def _spellings(value: str) -> tuple[bytes, ...]:
    """The value, and the password in it where it is an address, as different kinds of file would write them."""
    inside = _password_in(value)
    secrets = (value, inside, unquote(inside)) if inside else (value,)
    return tuple(dict.fromkeys(text.encode("utf-8") for secret in secrets for text in _written(secret)))


def _written(value: str) -> tuple[str, ...]:
    as_json = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    as_html = (html.escape(value), html.escape(value, quote=False))
    return value, *as_json, *as_html, quote(value, safe=""), quote_plus(value)


def _password_in(value: str) -> str:
    """The password of an address that is referred to as a whole, where it can be told from ordinary text."""
    found = ADDRESS.match(value)
    return found["password"] if found and len(found["password"]) >= SHORTEST else ""


def _pieces(path: Path) -> Iterator[bytes]:
    """The contents of ``path`` that can be searched."""
    if path.suffix in TEXTS:
        yield path.read_bytes()
    elif path.suffix == ".pdf":
        yield from _pdf(path.read_bytes())
    elif path.suffix == ".parquet":
        yield from _parquet(path)


def _pdf(data: bytes) -> Iterator[bytes]:
    yield data
    for match in STREAM.finditer(data):
        try:
            yield zlib.decompress(match[1])
        except zlib.error:
            continue
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        return
    try:
        pages = [page.extract_text() for page in PdfReader(BytesIO(data)).pages]
    except PyPdfError:
        return
    yield "\n".join(pages).encode("utf-8")
    yield "".join("".join(pages).split()).encode("utf-8")


def _parquet(path: Path) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        yield from (value for pair in (file.metadata.metadata or {}).items() for value in pair)
        for group in range(file.num_row_groups):
            for column in file.read_row_group(group).columns:
                kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
                if (
                    pa.types.is_string(kind)
                    or pa.types.is_large_string(kind)
                    or pa.types.is_string_view(kind)
                ):
                    texts = column.cast(pa.string()).unique().drop_null()
                    yield "\n".join(texts.to_pylist()).encode("utf-8")
