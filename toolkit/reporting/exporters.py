"""The two nbconvert exporters, and the two functions the runner calls."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Enum, Integer, Unicode, default

from toolkit.errors import ReportError
from toolkit.reporting import document, html, pdf
from toolkit.reporting.agreement import refuse_contradictions
from toolkit.reporting.brand import Brand, load
from toolkit.reporting.fonts import missing_glyphs
from toolkit.terms import LANGS, Lang


class _ReportExporter(Exporter):
    """What both papers share."""

    lang = Enum(LANGS, default_value="zh", help="Language of the report: zh or en.").tag(config=True)
    brand = Unicode(
        "", help="A YAML file with colours, name, logo and imprint; empty takes the built-in look."
    ).tag(config=True)
    strict = Bool(
        False, help="Refuse figures without alternative text and characters the font cannot draw."
    ).tag(config=True)

    def _read(self, nb: NotebookNode, resources: Any, **kw: Any) -> tuple[document.Document, dict]:
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get("metadata", {})
        folder = Path(about["path"] or ".") if "path" in about else None
        read = document.read(
            notebook, self.lang, name=about.get("name", ""), folder=folder, strict=self.strict
        )
        facts = notebook.metadata.get("gradelab", {}).get("facts")
        if facts is not None:
            refuse_contradictions(read.quotes, facts, self.lang)
        return read, resources

    def _look(self) -> Brand:
        look = load(self.brand)
        if self.strict:
            _refuse_missing_glyphs(f"{look.name[self.lang]}{look.imprint[self.lang]}")
        return look


class GradelabHTMLExporter(_ReportExporter):
    """One HTML file with everything inside: fonts, figures, formulas; no network request."""

    export_from_notebook = "gradelab HTML"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, dict]:
        """The page as text, and the resources."""
        read, resources = self._read(nb, resources, **kw)
        return html.render(read, self._look()), resources


class GradelabPDFExporter(_ReportExporter):
    """A tagged A4 PDF (PDF/A-2a, PDF/UA-1), without TeX and without a browser."""

    export_from_notebook = "gradelab PDF"
    output_mimetype = "application/pdf"

    timestamp = Integer(
        None, allow_none=True, help="Creation time in seconds since 1970; by default the report's own date."
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[bytes, dict]:
        """The file as bytes, and the resources."""
        read, resources = self._read(nb, resources, **kw)
        return pdf.render(read, self._look(), self.timestamp, forgiving=not self.strict), resources


def render_html(nb: NotebookNode, lang: Lang, out_path: str | Path, **traits: Any) -> Path:
    """Write the HTML report of an executed notebook, refusing what a reader could not read.

    Parameters
    ----------
    nb : NotebookNode
    lang : "zh" or "en"
    out_path : path
        Written beside and renamed, so that no half file is ever seen.
    **traits
        ``brand``, ``strict`` (on unless switched off).

    Raises
    ------
    ReportError
        If the notebook cannot be rendered as promised, or contradicts the facts in its metadata (``gradelab.facts``).
    """
    page, _ = GradelabHTMLExporter(lang=lang, **{"strict": True, **traits}).from_notebook_node(nb)
    return _write(Path(out_path), page.encode())


def render_pdf(nb: NotebookNode, lang: Lang, out_path: str | Path, **traits: Any) -> Path:
    """Write the PDF report; as ``render_html``, with ``timestamp`` among the traits."""
    sheet, _ = GradelabPDFExporter(lang=lang, **{"strict": True, **traits}).from_notebook_node(nb)
    return _write(Path(out_path), sheet)


def _refuse_missing_glyphs(text: str) -> None:
    if missing := missing_glyphs(text):
        named = " ".join(f"{character} (U+{ord(character):04X})" for character in sorted(missing))
        raise ReportError(
            zh=f"品牌文件的名称或页脚里有 {len(missing)} 个字符字体画不出来：{named}。请改用别的字符。",
            en=f"The font cannot draw {len(missing)} character(s) of the name or imprint in the brand file: {named}. "
            "Use other characters.",
        )


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
    return path
