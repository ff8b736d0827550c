"""The inspection of a PDF's tags sees what it is there to see. Expected: faults planted by hand."""

from __future__ import annotations

import io

import pikepdf
import pytest


def planted(data: bytes, spoil, tmp_path):
    file = tmp_path / "spoilt.pdf"
    with pikepdf.open(io.BytesIO(data)) as pdf:
        spoil(pdf)
        pdf.save(file)
    return file


def elements(pdf: pikepdf.Pdf, kind: str) -> list:
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == kind]


def without_words(pdf):
    del elements(pdf, "/Figure")[0]["/Alt"]


def without_scope(pdf):
    for head in elements(pdf, "/TH"):
        if "/A" in head:
            del head["/A"]


def deeper(pdf):
    elements(pdf, "/H2")[0].S = pikepdf.Name("/H4")


def without_language(pdf):
    del pdf.Root["/Lang"]


def with_a_stroke_more(pdf):
    pdf.pages[0].contents_add(b"0 0 m 9 9 l S", prepend=False)


def with_a_silent_link(pdf):
    del next(one for page in pdf.pages for one in page.get("/Annots", []))["/Contents"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda pdf: None, ""),
        (without_words, "/Figure without words"),
        (without_scope, "a head of a table without scope"),
        (deeper, "heading of level 4"),
        (without_language, "no language or not marked"),
        (with_a_stroke_more, "page 1: S is not tagged"),
        (with_a_silent_link, "a link without words"),
    ],
)
def test_a_planted_fault_is_told(sheets, structure, tmp_path, spoil, told):
    faults = structure.faults(planted(sheets["zh"], spoil, tmp_path))
    assert any(one.startswith(told) for one in faults) if told else faults == []
