"""Running again. Expected: equal inputs leave equal bytes; a changed row is found and named, and nothing else is touched."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from toolkit.cli import main
from toolkit.errors import UsageError
from toolkit.run.kernels import Kernels
from toolkit.run.normal import normal_digest
from toolkit.run.runner import Run
from toolkit.run.verify import verify

SUM = (
    "import json, pathlib\n"
    "rows = (pathlib.Path(data) / 'rows.csv').read_text('utf-8').split()[1:]\n"
    "total = sum(float(row.split(',')[1]) for row in rows)\n"
    "fact = {'value': total, 'unit': 'money', 'zh': '合计', 'en': 'total', 'better': 'higher'}\n"
    "place = pathlib.Path(out) / 'facts'\nplace.mkdir(parents=True, exist_ok=True)\n"
    "_ = (place / '01_sum.json').write_text(json.dumps({'total': fact}), 'utf-8')\n"
    "tables = pathlib.Path(out) / 'tables'\ntables.mkdir()\n_ = (tables / 'rows.csv').write_text(str(rows))\n"
    "print(study, quarter, out)"
)
DRAWN = (
    "import pandas as pd\npd.DataFrame({'a': [1.5, 2]}).to_parquet(tables / 'rows.parquet')",
    "from toolkit.reporting.fonts import use_fonts\nimport matplotlib.pyplot as plt\nuse_fonts()\n"
    "figure, axes = plt.subplots()\n_ = axes.plot([1, 2], [1, 3])\n(pathlib.Path(out) / 'figures').mkdir()\n"
    "figure.savefig(pathlib.Path(out) / 'figures' / 'line.svg', metadata={'Date': None})\nplt.close(figure)",
)


@pytest.fixture
def summed(project):
    """A project whose one chapter adds up a file of the data folder."""
    (project.folder / "data").mkdir()
    (project.folder / "data" / "rows.csv").write_text("customer,amount\na,1.5\nb,2.5\n", "utf-8")
    project.chapter("01_sum", SUM)
    return project


@pytest.fixture
def again(summed, below):
    """Carry out a plan as a run does, with stand-ins for the rooms below."""

    def carry_out(plan) -> Path:
        with Kernels(plan.root, warm=True) as kernels:
            run = Run(plan, lambda: nullcontext(kernels), summed.seen, below(**stamped()))
            run.go()
        return run.folder

    return carry_out


def stamped() -> dict:
    """Reports that name their run and day, as real ones do."""

    def render(notebook, lang, kind, target):
        about = notebook.metadata["gradelab"]
        target.write_bytes(f"{lang} {kind} {about['run_id']} {about['date']}".encode().rjust(80))

    return {"render": render}


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_untouched_run_is_identical_and_nothing_moves(summed, kernels, again):
    """Also when the reports were taken over from an older run, whose name and day they bear."""
    first = summed.run(kernels, **stamped())
    first.go()
    second = summed.run(kernels, **stamped())
    second.go()
    before = everything(summed.folder / "reports")
    for run in (first.folder, second.folder):
        found = verify(run, summed.folder, None, again)
        assert found.exit_code == 0 and found.facts.same == 1 and found.compared >= 7
        assert found.provenance == ()
        assert "identical" in found.lines("en")[0] and "完全一致" in found.lines("zh")[0]
    assert everything(summed.folder / "reports") == before


def test_a_changed_row_is_named(summed, kernels, again):
    """The fact with both values and both names; the tables too."""
    run = summed.run(kernels, **stamped())
    run.go()
    (summed.folder / "data" / "rows.csv").write_text("customer,amount\na,1.5\nb,2.0\n", "utf-8")
    found = verify(run.folder, summed.folder, None, again)
    [moved] = found.facts.moved
    assert found.exit_code == 9
    assert (moved.id, moved.before["value"], moved.after["value"], moved.direction) == (
        "total",
        4.0,
        3.5,
        "worse",
    )
    assert "tables/rows.csv" in found.outputs and "facts.json" in found.outputs
    assert "合计" in "\n".join(found.lines("zh")) and "total [money]: 4.0 → 3.5" in "\n".join(
        found.lines("en")
    )
    assert json.loads(json.dumps(found.as_json()))["facts"]["moved"][0]["unit"] == "money"


def test_parameters_are_those_of_the_run(summed, kernels, again):
    """A policy changed since is told, and not used."""
    run = summed.run(kernels, **stamped())
    run.go()
    policy = summed.folder / "params" / "policies" / "demo" / "vip_80k.yaml"
    policy.write_text(policy.read_text("utf-8").replace("80_000", "70_000"), "utf-8")
    found = verify(run.folder, summed.folder, None, again)
    assert found.exit_code == 0
    assert [one.name for one in found.provenance] == ["params/policies/demo/vip_80k.yaml"]


def test_a_changed_notebook_is_provenance_and_its_output_differs(summed, kernels, again):
    """The chapter of today runs; what it prints is not what it printed."""
    run = summed.run(kernels, **stamped())
    run.go()
    summed.chapter("01_sum", SUM.replace("print(", "print('new', "))
    found = verify(run.folder, summed.folder, None, again)
    assert found.exit_code == 9 and found.outputs == ("notebooks/01_sum.ipynb",) and not found.facts.moved
    assert [one.name for one in found.provenance] == ["notebooks/01_sum.ipynb"]


def test_earlier_reports_are_lent(summed, kernels, again, past_run):
    """A chapter that reads the report of the quarter before finds the one that the run found."""
    past_run("2026Q2", "20260701T080000Z-00000a", out=summed.folder / "reports")
    summed.chapter(
        "01_sum",
        SUM,
        "print(json.loads((pathlib.Path(out).parent.parent / '2026Q2' / 'latest.json').read_text()))",
    )
    run = summed.run(kernels, **stamped())
    run.go()
    assert verify(run.folder, summed.folder, None, again).exit_code == 0


def test_what_cannot_be_verified_is_refused(summed, kernels, again, past_run):
    """A run that failed, and one of an older version that kept no parameters."""
    for run in (
        past_run("2026Q3", "20261001T080000Z-00000a", state="failed"),
        past_run("2026Q2", "20260701T080000Z-00000a"),
    ):
        with pytest.raises(UsageError):
            verify(run, summed.folder, None, again)


def test_two_runs_of_a_project_leave_the_same_bytes(summed, kernels, again):
    """Without the store: notebooks, facts, tables and figures byte for byte but for the name of the run."""
    summed.chapter("01_sum", SUM, *DRAWN)
    folders = []
    for _ in range(2):
        run = summed.run(kernels, force=("all",), **stamped())
        run.go()
        folders.append(run.folder)
    first, second = folders
    told = [json.loads((folder / "manifest.json").read_text("utf-8"))["outputs"] for folder in folders]
    assert list(told[0]) == list(told[1]) and {"figures/line.svg", "tables/rows.parquet"} <= set(told[0])
    for name in told[0]:
        one, other = (folder / name for folder in folders)
        assert normal_digest(one) == normal_digest(other) or name.startswith("report."), name
        as_first = other.read_bytes().replace(second.name.encode(), first.name.encode())
        assert one.read_bytes() == as_first, name


def test_a_table_is_held_by_content(tmp_path):
    """Another compression is the same table; another number, type or column name is not."""
    frame = pd.DataFrame({"a": [0.1, None], "b": ["x", "y"]})
    digests = []
    for name, table, compression in (
        ("one", frame, "snappy"),
        ("two", frame, "gzip"),
        ("three", frame.assign(a=[0.1000000001, None]), "snappy"),
        ("four", frame.assign(a=frame["a"].astype("float32")), "snappy"),
    ):
        table.to_parquet(tmp_path / f"{name}.parquet", compression=compression)
        digests.append(normal_digest(tmp_path / f"{name}.parquet"))
    assert digests[0] == digests[1] and len(set(digests)) == 3


def test_reports_are_byte_for_byte_the_same(root, tmp_path):
    """HTML and PDF of one notebook with the same run and day."""
    import nbformat

    from toolkit.reporting.exporters import render_html, render_pdf
    from toolkit.reporting.merge import merge_chapters

    text = nbformat.v4.new_markdown_cell("# 数据", id="a")
    text.metadata.tags = ["lang-zh"]
    chapter = nbformat.v4.new_notebook(cells=[text])
    about = {
        "title": {"zh": "报告", "en": "Report"},
        "company": {"zh": "公司", "en": "Company"},
        "quarter": "2026Q3",
        "simulated": False,
        "date": "2026-10-01",
        "run_id": "20261001T080000Z-00000a",
    }
    for kind, render in (("html", render_html), ("pdf", render_pdf)):
        made = [tmp_path / f"{i}.{kind}" for i in range(2)]
        for path in made:
            render(merge_chapters([chapter], about), "zh", path)
        assert made[0].read_bytes() == made[1].read_bytes(), kind


def test_the_stamp_of_a_report_can_be_given(summed, kernels, below, again):
    """The report of a verification bears the run that it verifies."""
    plan = replace(summed.plan(), stamps={"report.zh.html": "20261001T080000Z-00000a"})
    folder = again(plan)
    assert b"20261001T080000Z-00000a 2026-10-01" in (folder / "report.zh.html").read_bytes()
    assert folder.name.encode() in (folder / "report.en.html").read_bytes()


@pytest.mark.parametrize(("amount", "code", "word"), [("2.5", 0, "identical"), ("2.0", 9, "total [money]")])
def test_the_command_ends_as_promised(summed, kernels, again, monkeypatch, capsys, amount, code, word):
    """0 where nothing differs, 9 where something does; --json says the same to a program."""
    summed.run(kernels, **stamped()).go()
    (summed.folder / "data" / "rows.csv").write_text(f"customer,amount\na,1.5\nb,{amount}\n", "utf-8")

    def carry_out(answer, plan, wanted, **more):
        answer.run_folder = str(again(plan))

    monkeypatch.setattr("toolkit.run.command._carry_out", carry_out)
    monkeypatch.chdir(summed.folder)
    monkeypatch.setattr(sys, "argv", ["gradelab", "verify", "demo", "--lang", "en"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code or 0) == code and word in capsys.readouterr().out


def test_the_look_is_that_of_today_and_named_where_it_is_another(summed, kernels, again):
    """The project's brand file is there in the second run as well; a changed one is told."""
    look = summed.folder / "reports" / "template" / "brand.yaml"
    look.parent.mkdir(parents=True)
    look.write_text('accent: {light: "#7a0019", dark: "#ff9aa8"}\n', "utf-8")
    run = summed.run(kernels, **stamped())
    run.go()
    assert verify(run.folder, summed.folder, None, again).provenance == ()
    look.write_text('accent: {light: "#19007a", dark: "#ff9aa8"}\n', "utf-8")
    found = verify(run.folder, summed.folder, None, again)
    assert [(one.what.en, one.name) for one in found.provenance] == [("look", "reports/template/brand.yaml")]
    assert look.read_text("utf-8").startswith("accent")
