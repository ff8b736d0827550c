"""Mistakes in a notebook: one sentence, still an error. Expected: written by hand; a run that fails goes on failing."""

from __future__ import annotations

import nbformat
import papermill
import pytest
from nbclient import NotebookClient

from toolkit.reporting.mistakes import told_of

ACTIVATE = "from toolkit.reporting.mistakes import answer_mistakes\nanswer_mistakes('{lang}')"
REFUSE = "from toolkit.errors import UsageError\nraise UsageError(zh='没有这一季度。', en='There is no such quarter.')"
MISTAKES = {
    REFUSE: "There is no such quarter.",
    "xyzzy": "The name xyzzy is not defined yet; check how it is written; if a cell above makes it, run that cell first.",
    "quarter = 1\nquartr": "The name quartr is not defined yet; did you mean quarter; if a cell above makes it, run that cell first.",
    "{'abc': 1}['abd']": "There is no entry 'abd'; check how it is written.",
    "import math\nmath.sqtr(2)": "There is no sqtr; did you mean sqrt.",
    "open('nowhere.csv')": "There is no file nowhere.csv; check its name and its folder.",
    "def f(a): pass\nf(b=1)": "The arguments do not fit (f() got an unexpected keyword argument 'b'); put the cursor behind the name of "
    "the function and press Shift+Tab to see its use.",
}


def notebook(*sources):
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def answered():
    """Traceback of each mistake in both languages, then of what is no mistake of the cell's author."""
    other = ["1 / 0", "import json\njson.loads('{')"]
    sources = [
        one for lang in ("en", "zh", "both") for one in (ACTIVATE.format(lang=lang), *MISTAKES, *other)
    ]
    made = notebook(*sources)
    NotebookClient(made, timeout=120, allow_errors=True).execute()
    found = [[out for out in cell.outputs if out.output_type == "error"] for cell in made.cells]
    size = len(MISTAKES) + len(other) + 1
    return {lang: found[i * size + 1 : (i + 1) * size] for i, lang in enumerate(("en", "zh", "both"))}


@pytest.mark.parametrize(("place", "sentence"), list(enumerate(MISTAKES.values())))
def test_a_mistake_is_answered_in_one_sentence(answered, place, sentence):
    """In the language asked for; the output stays an error, with the name of the exception."""
    [english], [chinese], [both] = (answered[lang][place] for lang in ("en", "zh", "both"))
    assert english.traceback == [sentence] and english.ename
    assert chinese.traceback[0].endswith("。") and "\n" not in chinese.traceback[0]
    assert both.traceback == [f"{chinese.traceback[0]}\n{sentence}"]


def test_what_is_no_mistake_of_its_author_keeps_its_traceback(answered):
    for [found] in answered["en"][len(MISTAKES) :]:
        assert len(found.traceback) > 1 and "Traceback" in "".join(found.traceback)


def test_a_chapter_that_fails_goes_on_failing(root, tmp_path, monkeypatch):
    """Under plain papermill, with the answers on: the run stops, says why, and keeps the output of the error."""
    monkeypatch.chdir(tmp_path)
    chapter = root / "notebooks" / "01_is_the_history_sound.ipynb"
    with pytest.raises(papermill.PapermillExecutionError, match=r"no parameter file nowhere\.yaml"):
        papermill.execute_notebook(
            chapter, tmp_path / "out.ipynb", {"study": "nowhere.yaml", "lang": "en"}, progress_bar=False
        )
    kept = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    [error] = [out for cell in kept.cells for out in cell.get("outputs", []) if out.output_type == "error"]
    assert error.ename == "ParameterError" and len(error.traceback) == 1


def test_a_maintainer_sees_the_traceback(monkeypatch):
    """With GRADELAB_DEBUG, as on the command line."""
    monkeypatch.setenv("GRADELAB_DEBUG", "1")
    made = notebook(ACTIVATE.format(lang="en"), REFUSE)
    NotebookClient(made, timeout=120, allow_errors=True).execute()
    assert "Traceback" in "".join(made.cells[1].outputs[0].traceback)


def test_an_error_inside_the_toolkit_is_not_taken_for_the_cells_own():
    """A KeyError raised one call deeper is a fault of the callee, whatever the notebook's names are."""
    try:
        _deeper({})
    except KeyError as error:
        assert told_of(error, error.__traceback__, {"mine": 1}) is None
    else:
        raise AssertionError


def _deeper(table):
    return table["x"]
