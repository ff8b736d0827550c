"""The exporters as nbconvert and the runner meet them."""

from __future__ import annotations

import base64
import io
import os

import nbformat
import pytest
from nbconvert import get_exporter
from nbconvert.nbconvertapp import NbConvertApp
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from toolkit.errors import ReportError
from toolkit.reporting.exporters import GradelabHTMLExporter, GradelabPDFExporter, render_html, render_pdf
from toolkit.reporting.formulas import typeset
from toolkit.reporting.nodes import Formula


@pytest.mark.parametrize(
    ("name", "made", "mimetype", "extension"),
    [
        ("GradelabHTMLExporter", GradelabHTMLExporter, "text/html", ".html"),
        ("GradelabPDFExporter", GradelabPDFExporter, "application/pdf", ".pdf"),
    ],
)
def test_nbconvert_finds_the_exporters(name, made, mimetype, extension):
    assert get_exporter(f"toolkit.reporting.exporters.{name}") is made
    assert made.output_mimetype == mimetype and made().file_extension == extension


def test_the_command_of_nbconvert_finds_them_by_name_and_sets_traits(sample, tmp_path):
    path = tmp_path / "sample.ipynb"
    nbformat.write(sample, path)
    command = NbConvertApp(log_level=40)
    command.initialize(["--to", "gradelab-html", str(path), "--GradelabHTMLExporter.lang=en"])
    command.start()
    assert '<html lang="en">' in (tmp_path / "sample.html").read_text("utf-8")


def test_a_configuration_file_sets_language_and_look(sample, tmp_path):
    """As an analyst keeps it beside the notebooks."""
    path = tmp_path / "sample.ipynb"
    nbformat.write(sample, path)
    (tmp_path / "brand.yaml").write_text('accent: {light: "#7a0019", dark: "#ff9aa8"}\n', "utf-8")
    brand = f"c.GradelabHTMLExporter.brand = {str(tmp_path / 'brand.yaml')!r}"
    (tmp_path / "config.py").write_text(
        f"c = get_config()\n{brand}\nc.GradelabHTMLExporter.lang = 'en'\n", "utf-8"
    )
    command = NbConvertApp(log_level=40)
    command.initialize(["--config", str(tmp_path / "config.py"), "--to", "gradelab-html", str(path)])
    command.start()
    page = (tmp_path / "sample.html").read_text("utf-8")
    assert '<html lang="en">' in page and "--accent:#7a0019" in page


def test_a_notebook_from_elsewhere_is_shown_whole(tmp_path):
    """A formula that IPython displayed, an error, and characters beyond the font: a box in the PDF, never a refusal."""
    formula = new_output(
        "display_data", data={"text/latex": "$\\displaystyle \\frac{1}{n}$", "text/plain": "<Math>"}
    )
    error = new_output(
        "error", ename="ZeroDivisionError", evalue="x", traceback=["ZeroDivisionError: by zero"]
    )
    notebook = new_notebook(
        cells=[new_markdown_cell("# 外来 😀"), new_code_cell("1/0", outputs=[formula, error])]
    )
    page, _ = GradelabHTMLExporter().from_notebook_node(notebook)
    assert "<mfrac>" in page and "&lt;Math&gt;" not in page and "by zero" in page and "😀" in page
    sheet, _ = GradelabPDFExporter().from_notebook_node(notebook)
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(sheet)).pages)
    assert "外来 □" in text and "by zero" in text
    with pytest.raises(ReportError):
        GradelabPDFExporter(strict=True).from_notebook_node(notebook)


def test_the_runners_functions_write_whole_files_or_nothing(sample, tmp_path, monkeypatch):
    page = render_html(sample, "zh", tmp_path / "new" / "report.zh.html")
    assert page.read_text("utf-8").startswith("<!doctype html>")
    sheet = render_pdf(sample, "zh", tmp_path / "report.zh.pdf", timestamp=0)
    assert sheet.read_bytes().startswith(b"%PDF-")
    before = sheet.read_bytes()

    def broken(source, target):
        raise OSError("disk is full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk is full"):
        render_pdf(sample, "en", sheet)
    assert sheet.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_runners_functions_are_strict(tmp_path):
    output = new_output("display_data", data={"image/png": base64.b64encode(b"x").decode()})
    notebook = new_notebook(cells=[new_code_cell("", outputs=[output])])
    for write in (render_html, render_pdf):
        with pytest.raises(ReportError):
            write(notebook, "zh", tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


def test_the_notebook_given_is_not_changed(sample, sample_source):
    GradelabPDFExporter().from_notebook_node(sample)
    assert nbformat.writes(sample) == sample_source


def test_formulas_beyond_the_converter_are_left_out_and_the_rest_set(caplog):
    good, bad = (
        Formula(r"\hat\tau = \operatorname*{arg\,min}_x \mathrm{Cov}(x)", True),
        Formula(r"\nosuchmacro{x}"),
    )
    found = typeset([good, bad, Formula(r"\frac{a}{")])
    assert found[good].mathml.startswith("<math") and "Cov" in found[good].mathml and found[bad] is None
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\frac{a}{b}", "<mfrac>"),
        (r"\sum_{i=1}^n x_i", "∑"),
        (r"\argmax_\theta L", "arg max"),
        (r"\overline{x}", "¯"),
        (r"\hat{x}", "^"),
        (r"\text{留存率}", "留存率"),
        (r"a = b \tag{1}", "="),
    ],
)
def test_common_formulas_are_set(tex, expected):
    made = typeset([Formula(tex)])[Formula(tex)]
    assert expected in made.mathml and "style=" not in made.mathml


def test_a_stroke_the_page_cannot_draw_is_shown_as_source_there():
    assert typeset([Formula(r"\underline{x}")])[Formula(r"\underline{x}")].mathml == ""
