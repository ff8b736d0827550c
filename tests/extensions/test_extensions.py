"""A file of the company's own: loaded before parameters are read, on record, refused in one sentence."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.errors import ParameterError
from toolkit.measures.registry import MEASURES, names
from toolkit.params import extensions
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.problems import FileProblems
from toolkit.params.reference import schemas
from toolkit.params.schemes import KINDS
from toolkit.params.study_files import read_study
from toolkit.run.check import check

HEAD = "import numpy as np\nfrom toolkit.extending import *\n"
MEASURE = (
    '@measure(Label("甲", "a"), "money", "higher", About("F01", Label("甲。", "An a.")))\n'
    'def {name}(cube, window):\n    """An a."""\n    return {value}\n'
)
GROSS = "cube.trailing_sum('gross', window)"


@pytest.fixture(autouse=True)
def clean():
    """Nothing that a test loads stays."""
    yield
    extensions.forget_all()
    extensions._SHELF.installed = ()


@pytest.fixture
def example(root, tmp_path) -> Path:
    """The study of ``examples/extensions``, on a small company, in a project of its own."""
    shutil.copytree(root / "examples" / "extensions", tmp_path / "examples" / "extensions")
    for part in ("params", "notebooks"):
        shutil.copytree(root / part, tmp_path / part, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    study = tmp_path / "examples" / "extensions" / "study.yaml"
    text = (
        study.read_text("utf-8")
        .replace("customers: 3000", "customers: 600")
        .replace("[zh, en]", "[en]")
        .replace("draws: 500", "draws: 100")
    )
    study.write_text(text, "utf-8")
    return study


def written(folder: Path, *parts: str, name: str = "own.py") -> Path:
    path = folder / name
    path.write_text(HEAD + "".join(parts), "utf-8")
    return path


def refused(path: Path) -> ParameterError:
    with pytest.raises(ParameterError) as error:
        extensions.load(path)
    return error.value


def test_a_file_is_loaded_once_and_again_when_it_changes(tmp_path):
    """Its names are known; the same bytes are not run again; changed bytes take the place of the old."""
    path = written(tmp_path, MEASURE.format(name="own_spend", value=GROSS))
    first = extensions.load(path)
    assert first.names("measure") == ("own_spend",) and MEASURES["own_spend"].own
    kept = MEASURES["own_spend"]
    assert extensions.load(path).sha256 == first.sha256 and MEASURES["own_spend"] is kept
    path.write_text(path.read_text("utf-8").replace("own_spend", "other_spend"), "utf-8")
    second = extensions.load(path)
    assert second.sha256 != first.sha256 and "own_spend" not in MEASURES and "other_spend" in MEASURES
    extensions.forget(path)
    assert "other_spend" not in MEASURES


def test_a_copy_is_the_same_extension(tmp_path):
    """A run that is verified reads the copy that was kept with it."""
    path = written(tmp_path, MEASURE.format(name="own_spend", value=GROSS))
    first = extensions.load(path)
    (tmp_path / "again").mkdir()
    copy = Path(shutil.copy(path, tmp_path / "again"))
    assert extensions.load(copy).declared == first.declared and extensions.load(copy).path == copy.resolve()


SILENT = """
from typing import Literal

from toolkit.extending import OwnParams, OwnRule, scheme


class Silent(OwnParams):
    kind: Literal["silent"] = "silent"


@scheme(Silent)
class SilentRule(OwnRule):
    pass
"""


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        (MEASURE.format(name="spend", value=GROSS), "指标 spend 已被占用（gradelab 自带）", "taken by gradelab itself"),
        (MEASURE.format(name="a", value=GROSS) * 2, "已被占用（同一文件）", "taken by the same file"),
        ("import nothing_of_that_name\n", "第 7 行运行失败（ModuleNotFoundError", "failed at line 7 (ModuleNotFoundError"),
        ("x = = 1\n", "第 7 行运行失败（SyntaxError", "failed at line 7 (SyntaxError"),
        ("x = 1\n", "没有声明任何指标或方案种类", "declares no measure or kind of scheme"),
        (MEASURE.format(name="a", value=GROSS).replace("money", "yuan"), "unknown unit", "unknown unit"),
        (SILENT, "Silent needs a method words(names)", "Silent needs a method words(names)"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_is_refused_and_leaves_nothing(tmp_path, source, zh, en):
    """The sentence says file, line and what is wrong; what was declared before the mistake is taken back."""
    before = set(MEASURES)
    first = "" if "no measure" in en else MEASURE.format(name="first_one", value=GROSS)
    error = refused(written(tmp_path, first, source))
    assert en in error.en and zh in error.zh and "own.py" in error.en and "own.py" in error.zh
    assert set(MEASURES) == before


def test_a_file_that_is_not_there_is_named(tmp_path):
    """By its name alone: the folder is the user's own."""
    assert refused(tmp_path / "absent.py").en.startswith("The extension absent.py cannot be read")


def test_a_name_of_another_extension_is_taken(tmp_path):
    extensions.load(written(tmp_path, MEASURE.format(name="own_spend", value=GROSS)))
    two = written(tmp_path, "\n", MEASURE.format(name="own_spend", value=GROSS), name="two.py")
    assert "taken by own.py" in refused(two).en


def test_installed_packages_bring_theirs(tmp_path, monkeypatch):
    """By the entry points; one that registers nothing of its group is refused by name."""
    package = written(tmp_path, MEASURE.format(name="packed", value=GROSS), name="gradelab_pack_of_ours.py")
    monkeypatch.syspath_prepend(str(package.parent))
    points = extensions.EntryPoint("packed", "gradelab_pack_of_ours", "gradelab.measures")
    monkeypatch.setattr(extensions, "entry_points", lambda group: [points] if group == points.group else [])
    extensions._SHELF.installed = None
    (found,) = extensions.load_installed()
    assert found.installed and found.names("measure") == ("packed",) and MEASURES["packed"].own
    del MEASURES["packed"]
    sys.modules.pop("gradelab_pack_of_ours")
    extensions._SHELF.owners.pop(("measure", "packed"))
    monkeypatch.setattr(
        extensions, "entry_points", lambda group: [points] if group == "gradelab.schemes" else []
    )
    extensions._SHELF.installed = None
    with pytest.raises(ParameterError, match="gradelab_pack_of_ours declares no scheme"):
        extensions.load_installed()
    MEASURES.pop("packed", None)
    extensions._SHELF.owners.pop(("measure", "packed"), None)


def test_a_study_names_its_extensions(example):
    """Names and kinds are known to the strict models; a mistake in a scheme of the kind is told at its line."""
    files = read_study(example, names())
    assert [one.name for one in files.extensions] == ["everyday_spend.py", "bars_met.py"]
    assert {one.path for one in files.extensions} <= set(files.files)
    assert files.alternatives[0].scheme.grades == ("2 星", "1 星", "0 星")
    again = PolicyParams.model_validate(files.alternatives[0].model_dump(exclude_unset=True))
    assert again == files.alternatives[0]
    policy = example.with_name("bars_2027.yaml")
    policy.write_text(policy.read_text("utf-8").replace("orders: 8}", "orders: many}\n  floors: {}"), "utf-8")
    with pytest.raises(FileProblems) as problems:
        read_study(example, names())
    told = [(one.line, one.key) for one in problems.value.problems]
    assert (11, "scheme.bars.orders") in told and (12, "scheme.floors") in told


def test_what_a_study_does_not_name_it_does_not_have(example):
    """Loaded for another study, a measure and a kind are still unknown to this one."""
    read_study(example, names())
    example.write_text(
        example.read_text("utf-8").replace("extensions: [everyday_spend.py, bars_met.py]", ""), "utf-8"
    )
    with pytest.raises(FileProblems) as problems:
        read_study(example, names())
    assert "everyday_spend" in problems.value.en and "does not list under extensions" in problems.value.en


def test_a_file_that_fails_is_a_problem_of_the_key_that_names_it(example):
    example.with_name("bars_met.py").write_text("1 / 0\n", "utf-8")
    with pytest.raises(FileProblems) as problems:
        read_study(example, names())
    (found,) = [one for one in problems.value.problems if one.key == "extensions.1"]
    assert found.line == 6 and "ZeroDivisionError" in found.en


def test_the_schema_knows_the_kind_while_it_is_loaded(example):
    """For completion in an editor; the schema of the project itself stays without it."""
    plain = schemas()
    read_study(example, names())
    own = json.loads(schemas()["policy.schema.json"])
    assert own["properties"]["scheme"]["discriminator"]["mapping"]["bars_met"] == "#/$defs/BarsMetParams"
    assert set(own["$defs"]["BarsMetParams"]["properties"]) == {"kind", "bars"}
    extensions.forget_all()
    assert schemas() == plain and not KINDS


def read_through(study, *named) -> set:
    """The files named, and those that the study names."""
    return {file.resolve() for file in (*named, *read_study(study, names()).files)}


def test_check_holds_an_extension_to_its_promises(example):
    """By name alone: the study beside it brings the other file, the policies beside it are the examples."""
    told = []
    assert (
        check(
            [example.with_name("bars_met.py"), example.with_name("everyday_spend.py")], names(), told.append
        )
        == 2
    )
    assert [label.en.split(":")[0] for label in told] == [
        "bars_met.py scheme bars_met",
        "everyday_spend.py measure everyday_spend",
    ]
    assert "10 promise(s) kept" in told[0].en and "7 promise(s) kept" in told[1].en
    assert check([example.parent], names()) == len(read_through(example, *example.parent.glob("*.yaml")))


@pytest.mark.parametrize(
    ("value", "en"),
    [
        ("np.concatenate([cube.cells['gross'][:, 1:], cube.cells['gross'][:, -1:]], axis=1)", "after the quarter has ended"),
        ("np.random.random(cube.shape)", "two calls differ"),
        ("cube.cells['gross'][:, 0]", "it must return an array of numbers of shape"),
        ("cube.cells['gross'].astype(str)", "it must return an array of numbers of shape"),
        ("cube.cells['gross'] * window.nothing", "AttributeError"),
    ],
)  # fmt: skip
def test_check_says_what_a_bad_measure_does(tmp_path, value, en):
    """Looks ahead, draws, wrong shape, wrong type, fails: each once, with file and name."""
    path = written(tmp_path, MEASURE.format(name="own_spend", value=value))
    with pytest.raises(ParameterError) as problems:
        check([path], names())
    assert problems.value.en.count("does not hold") == 1 or "two calls" in en
    assert (
        en in problems.value.en
        and "own.py, measure own_spend" in problems.value.en
        and "不成立" in problems.value.zh
    )


def test_a_bad_scheme_is_stopped_in_the_run_itself(example):
    """Not only by check: whoever draws by lot is found when grades are decided."""
    from toolkit.study import open_study

    path = example.with_name("bars_met.py")
    path.write_text(
        path.read_text("utf-8").replace(
            "met = sum(",
            "met = __import__('numpy').random.default_rng().integers(0, 2, len(known)) + 0 * sum(",
        ),
        "utf-8",
    )
    study = open_study(example)
    with pytest.raises(ParameterError, match="two calls differ"):
        study.register_of(study.files.alternatives[0])


def test_a_bad_measure_is_stopped_in_the_run_itself(example):
    """Its values are made twice before anything rests on them."""
    from toolkit.study import open_study

    path = example.with_name("everyday_spend.py")
    path.write_text(
        path.read_text("utf-8").replace("return np.", "return np.random.random(cube.shape) + np."), "utf-8"
    )
    study = open_study(example)
    with pytest.raises(ParameterError, match=r"'everyday_spend' of an extension .* two calls differ"):
        study.panel.values("everyday_spend", 4)


def test_a_changed_extension_redoes_the_chapters(example):
    """Its digest is an ingredient of every chapter, told by name; the data step stays."""
    from toolkit.run.desk import changes
    from toolkit.run.files import Places
    from toolkit.run.keys import Keys, make_sources
    from toolkit.run.plan import make_plan

    def ingredients() -> tuple[dict, dict]:
        plan = make_plan(example, known_measures=names())
        keys = Keys(plan, make_sources(plan, Places(plan.root)), [], {})
        return keys.chapter(plan.chapters[0], "2026Q3", "data"), keys.data()

    before, data = ingredients()
    path = example.with_name("everyday_spend.py")
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    after, data_after = ingredients()
    assert changes(before, after).en == "an extension changed: everyday_spend.py" and data == data_after
    assert set(before["extensions"]) == {"everyday_spend.py", "bars_met.py"}


@pytest.mark.slow
def test_it_runs_through_study_report_and_record(example):
    """Chapters in their kernels, report and manifest."""
    folder = example.parents[2]
    command = [
        sys.executable,
        "-m",
        "toolkit",
        "run",
        "examples/extensions/study.yaml",
        "--json",
        "--lang",
        "en",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    run = folder / json.loads(done.stdout.splitlines()[-1])["run_folder"]
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert [one["declares"] for one in manifest["extensions"]] == [
        ["measure everyday_spend"],
        ["scheme bars_met"],
    ]
    page = (run / "report.en.html").read_text("utf-8")
    assert "Number of bars reached" in page and "everyday spend" in page


def test_policies_beside_the_study_need_it(example):
    """A policy of an extension's kind alone is not known; with its study it is."""
    policy = example.with_name("bars_2027.yaml")
    with pytest.raises(ParameterError, match="there is no such kind"):
        check([policy], names())
    assert check([policy, example], names()) == len(read_through(example, policy))
    assert read_policy(policy, names()).scheme.kind == "bars_met"


def test_the_page_shows_the_files_as_they_are(root):
    """Every block of Python on the page is one of the example files; every command names files that are there."""
    page = (root / "docs" / "extensions.md").read_text("utf-8")
    folder = root / "examples" / "extensions"
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    assert sorted(blocks) == sorted(path.read_text("utf-8") for path in folder.glob("*.py"))
    commands = re.findall(r"^ *gradelab (?:check|run) (.*)$", page, re.M)
    named = [name for line in commands for name in line.split() if not name.startswith("-")]
    assert len(commands) > 1 and all((root / name).is_file() for name in named)
