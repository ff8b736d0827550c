"""Keys of steps and the reasons that are told. Expected: a step is done again exactly when something it depends on differs."""

from __future__ import annotations

import json
import os

import pytest

from toolkit.errors import HistoryError, ParameterError, UsageError
from toolkit.run import plan as steps
from toolkit.run.desk import Desk, changes, check_forced
from toolkit.run.files import Places, write_json
from toolkit.run.keys import Keys, make_sources
from toolkit.run.sources import Sources, data_files, notebook_text
from toolkit.run.store import Store, step_key


@pytest.fixture
def keys(project):
    """Maker of the keys of the project as it lies there now."""

    def make(fonts=(), packages=(("pandas", "3"),)):
        plan = project.plan()
        return Keys(plan, make_sources(plan, Places(plan.root)), list(fonts), dict(packages))

    return make


def chapter_key(keys, **more):
    """Key of the first chapter."""
    made = keys(**more)
    return step_key("chapter", made.chapter(made.plan.chapters[0], "2026Q3", "data"))


def test_outputs_and_ids_of_a_notebook_do_not_count(project, keys):
    """What a person's JupyterLab leaves behind is no reason to run; a changed cell, tag or title is one."""
    path = project.chapter("01_a", "x = 1")
    before = chapter_key(keys)
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"][1].update(execution_count=7, id="other", outputs=[{"output_type": "stream"}])
    notebook["metadata"]["kernelspec"]["display_name"] = "mine"
    path.write_text(json.dumps(notebook), "utf-8")
    assert chapter_key(keys) == before
    for change in ({"source": "x = 2"}, {"metadata": {"tags": ["slow"]}}):
        altered = json.loads(json.dumps(notebook))
        altered["cells"][1].update(change)
        path.write_text(json.dumps(altered), "utf-8")
        assert chapter_key(keys) != before
    notebook["metadata"]["gradelab"] = {"title": {"en": "New"}}
    path.write_text(json.dumps(notebook), "utf-8")
    assert chapter_key(keys) != before


def test_parameters_comments_fonts_packages_and_lock_count(project, keys):
    """Each of them alone changes the key of a chapter; a comment may mark a value as the analyst's own."""
    project.chapter("01_a", "x = 1")
    seen = {chapter_key(keys)}
    policy = project.folder / "params" / "policies" / "demo" / "vip_2022.yaml"
    policy.write_text(policy.read_text("utf-8") + "# ours\n", "utf-8")
    seen.add(chapter_key(keys))
    seen.add(chapter_key(keys, fonts=[{"name": "a", "sha256": "b"}]))
    seen.add(chapter_key(keys, packages=[("pandas", "4")]))
    (project.folder / "requirements.lock").write_text("pandas==3")
    seen.add(chapter_key(keys))
    assert len(seen) == 5


def test_earlier_quarters_count_and_the_same_quarter_does_not(project, keys):
    """A chapter looks back; its own quarter's runs are not looked at."""
    project.chapter("01_a", "x = 1")
    study = project.folder / "reports" / "demo"
    before = chapter_key(keys)
    write_json(study / "2026Q3" / "latest.json", {"run": "same"})
    write_json(study / "2026Q4" / "latest.json", {"run": "later"})
    assert chapter_key(keys) == before
    write_json(study / "2026Q2" / "latest.json", {"run": "earlier"})
    first = chapter_key(keys)
    write_json(study / "2026Q2" / "earlier" / "manifest.json", {"outputs": {"facts.json": "1"}})
    assert len({before, first, chapter_key(keys)}) == 3


def test_a_changed_input_is_noticed_and_named(tmp_path):
    """Rewritten with the same bytes: unchanged. Other bytes, or gone: refused, as data or as parameters."""
    for name in ("data.csv", "a.yaml", "b.ipynb", "code.py"):
        (tmp_path / name).write_text("1")
    files = {name: tmp_path / name for name in ("data.csv", "a.yaml", "b.ipynb")}
    code = tmp_path / "code"
    code.mkdir()
    (code / "a.py").write_text("1")
    sources = Sources(
        [files["a.yaml"]], [files["b.ipynb"]], [files["data.csv"]], Places(tmp_path.resolve()), code
    )
    sources.refuse_changed()
    files["data.csv"].write_text("1")
    os.utime(files["data.csv"], (1, 1))
    sources.refuse_changed()
    files["a.yaml"].write_text("2")
    with pytest.raises(ParameterError, match=r"1 input file.* a\.yaml"):
        sources.refuse_changed()
    assert sources.changed_code() is None
    (code / "a.py").write_text("2")
    assert sources.changed_code() == "code/a.py"
    files["data.csv"].unlink()
    with pytest.raises(HistoryError, match=r"2 input file.*\(1 of them vanished\), the first is data\.csv"):
        sources.refuse_changed()


def test_data_files_are_those_the_study_names(root, tmp_path):
    """Several by a star, in order; a named one that is missing is listed, so that its coming is a change."""
    from toolkit.params.history import FilesParams, TableParams

    columns = {"customer_id": "a", "paid_at": "b", "amount": "c"}
    history = FilesParams(
        kind="files",
        transactions=TableParams(path="t-*.csv", columns=columns),
        tables={"contacts": TableParams(path="c.csv", columns={"customer_id": "a"})},
    )
    for name in ("t-2.csv", "t-1.csv"):
        (tmp_path / name).write_text("")
    assert [path.name for path in data_files(history, tmp_path)] == ["t-1.csv", "t-2.csv", "c.csv"]


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    """As everywhere else."""
    (tmp_path / "a.ipynb").write_text("{")
    with pytest.raises(ParameterError, match="not a Jupyter notebook"):
        notebook_text(tmp_path / "a.ipynb")


def test_reasons_name_what_changed():
    """Down to the key of the parameter; two levels of list and dict, worked by hand."""
    old = {
        "parameters": {"policies": {"alternatives": [{"a": 1}, {"scheme": {"cuts": [1, 2]}}]}},
        "code": "1",
    }
    new = json.loads(json.dumps(old))
    new["parameters"]["policies"]["alternatives"][1]["scheme"]["cuts"][0] = 9
    assert changes(old, new).en == "parameters changed: policies.alternatives[1].scheme.cuts[0]"
    assert (
        changes(old, new | {"code": "2"}).zh == "参数改了：policies.alternatives[1].scheme.cuts[0]；程序改了"
    )


def test_the_desk_reuses_remakes_and_says_why(tmp_path):
    """Never done, unchanged, changed, damaged, forced."""
    store, step = Store(tmp_path / "store"), steps.DATA
    run = tmp_path / "run"
    run.mkdir()
    (run / "a").write_text("1")
    desk = Desk(store)
    assert desk.decide(step, {"code": "1"}).why.en == "never done"
    kept = store.keep(step.id, {"code": "1"}, run=run, name="r1", files=["a"], known={})
    again = desk.decide(step, {"code": "1"})
    assert again.entry == kept and again.why.en == "nothing changed"
    changed = desk.decide(step, {"code": "2"})
    assert changed.entry is None and changed.why.en == "code changed"
    assert Desk(store, ["all"]).decide(step, {"code": "1"}).why.en == "forced"
    assert Desk(store, ["facts"]).decide(step, {"code": "1"}).entry == kept
    (kept.folder / "files" / "a").write_text("2")
    assert desk.decide(step, {"code": "1"}).why.en == "the stored step is damaged"


def test_a_step_that_is_none_cannot_be_forced(project):
    """The refusal lists the steps there are."""
    project.chapter("01_a", "x = 1")
    known = steps.steps(project.plan())
    check_forced(["chapter:01_a", "data", "facts", "report:report.zh.html", "all"], known)
    with pytest.raises(UsageError) as refused:
        check_forced(["chapter:1"], known)
    assert refused.value.exit_code == 2 and "chapter:01_a" in refused.value.zh
