"""Files laid over a study. Expected values are worked out by hand from the rules in ``toolkit/params/merging.py``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import ParameterError
from toolkit.measures.registry import names
from toolkit.params.merging import NOTHING, merge
from toolkit.params.origins import differences_of_layers
from toolkit.params.overlays import joined_study
from toolkit.params.problems import FileProblems
from toolkit.params.reading import Source
from toolkit.params.sets import read_set
from toolkit.params.study_files import read_study
from toolkit.run.check import check


@pytest.fixture
def params(root, tmp_path) -> Path:
    """The parameter files of the demo, to be added to."""
    shutil.copytree(root / "params", tmp_path / "params")
    (tmp_path / "params" / "scenarios").mkdir(exist_ok=True)
    return tmp_path / "params"


@pytest.fixture
def write(params):
    """Writer of a parameter file."""

    def put(name: str, text: str) -> Path:
        path = params / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return put


def laid(params: Path, *scenarios: Path, study: str = "studies/demo.yaml", quarter: str = "last"):
    """The demo with scenarios."""
    return read_study(joined_study(params / study, scenarios), names(), quarter)


def refused(params: Path, *scenarios: Path, **more):
    """Problems of the demo with scenarios."""
    with pytest.raises(FileProblems) as error:
        laid(params, *scenarios, **more)
    return error.value.problems


def test_a_study_stands_on_another(params, write):
    """What it does not say is that of its base; the base of the base counts too."""
    write("studies/b.yaml", "base: demo.yaml\nid: b\nbootstrap: {draws: 200}\n")
    write("studies/c.yaml", "base: b.yaml\ntitle: {en: Third}\nquarter: 2026Q2\n")
    study = laid(params, study="studies/c.yaml").study
    assert (study.id, study.bootstrap.draws, study.bootstrap.seed, study.quarter) == (
        "b",
        200,
        20261122,
        "2026Q2",
    )
    assert (study.title.zh, study.title.en) == ("客户分级政策季度报告", "Third")


def test_later_files_win_and_the_quarter_lies_below_the_scenarios(params, write):
    """Order: study, quarter, scenarios as given."""
    write("quarters/demo/2026Q3.yaml", "bootstrap: {draws: 300, seed: 3}\n")
    a = write("scenarios/a.yaml", "bootstrap: {draws: 400}\n")
    b = write("scenarios/b.yaml", "bootstrap: {draws: 500}\n")
    assert laid(params, quarter="2026Q2").study.bootstrap.draws == 1000
    assert laid(params, quarter="2026Q3").study.bootstrap.draws == 300
    found = laid(params, b, a, quarter="2026Q3").study.bootstrap
    assert (found.draws, found.seed) == (400, 3)


def test_lists_of_named_things_merge_and_others_replace(params, write):
    """A definition by id, a cap by its resource; languages are replaced whole."""
    a = write(
        "scenarios/a.yaml",
        "retention:\n"
        "  - {id: half_year, quarters: 3}\n"
        "  - {id: next_quarter, remove: true}\n"
        "  - {id: two_years, kind: bought_in, quarters: 8, title: {zh: 两年后, en: two years later}}\n"
        "capacity: [{pool: hotline, counts: seats, most: 9}]\n"
        "languages: [en]\nhotline: null\n",
    )
    text = a.read_text("utf-8").replace("hotline: null\n", "")
    a.write_text(text, "utf-8")
    study = laid(params, a).study
    assert [(r.id, r.quarters) for r in study.retention] == [
        ("still_buying", 4),
        ("half_year", 3),
        ("spend_kept", 4),
        ("two_years", 8),
    ]
    assert [(c.pool, c.counts, c.most) for c in study.capacity] == [
        ("managers", "heads", 12),
        ("hotline", "seats", 9),
        ("hotline", "hours", 7000),
    ]
    assert study.languages == ("en",)


def test_policies_and_the_rule_can_be_edited(params, write):
    """By the id of the file; the file itself stays as it is."""
    a = write(
        "scenarios/a.yaml",
        "edit:\n  vip_80k: {scheme: {floors: {VIP: 90_000}}}\n  board_2026:\n    horizon_quarters: 5\n",
    )
    before = (params / "policies/demo/vip_80k.yaml").read_bytes()
    files = laid(params, a)
    assert files.alternatives[0].scheme.floors["VIP"].value == 90_000 and files.rule.horizon_quarters == 5
    assert (params / "policies/demo/vip_80k.yaml").read_bytes() == before
    told = [(d.key, d.before, d.after, Path(d.origin).name) for d in differences_of_layers(files)]
    assert told == [
        ("vip_80k.scheme.floors.VIP", 80_000, 90_000, "a.yaml:2"),
        ("board_2026.horizon_quarters", 4, 5, "a.yaml:4"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("bootstrap:\n  draws: 5\n", 2, "bootstrap.draws", "at least 100"),
        ("\nbootstrapp: {draws: 500}\n", 2, "bootstrapp", "did you mean bootstrap"),
        ("retention:\n  - {id: half_yeer, remove: true}\n", 2, "retention.0", "did you mean half_year"),
        ("languages: [en]\nprogram: {remove: true}\n", 2, "program", "did you mean programme"),
        ("id: other\n", 1, "id", "named by the study file itself"),
        ("base: demo.yaml\n", 1, "base", "belongs in a study file"),
        ("edit:\n  vip_80k:\n    scheme: {floors: {VIP: low}}\n", 3, "scheme.floors.VIP", ""),
        ("edit:\n  vip_80k:\n    spam: 3\n", 3, "spam", "no such key"),
        ("edit:\n\n  vip_90k: {status: current}\n", 3, "edit.vip_90k", "did you mean vip_80k"),
        ("edit: {vip_80k: {id: x}}\n", 1, "id", "cannot be changed"),
        ("policies:\n  baseline: ../policies/demo/vip_2023.yaml\n", 2, "policies.baseline", "vip_2022"),
        ("retention:\n  - {id: a, kind: bought_in, quarters: 1}\n", 2, "retention.4.title", "missing"),
    ],
)
def test_a_problem_names_the_overlay_and_its_line(params, write, text, line, key, said):
    """The bad value stands in the overlay, so the message must not send the reader to the base."""
    a = write("scenarios/a.yaml", text)
    found = [p for p in refused(params, a) if p.file == str(a)]
    assert [(p.line, p.key) for p in found] == [(line, key)]
    assert said in found[0].en and found[0].zh != found[0].en


def test_a_rule_across_keys_points_at_what_was_laid_over(params, write):
    """A grade without service, a name twice: the pair is at fault, and the overlay is the half that is new."""
    a = write(
        "scenarios/a.yaml", "languages: [zh]\nedit:\n  vip_80k:\n    scheme: {floors: {SVIP: 500_000}}\n"
    )
    assert {(p.file, p.line) for p in refused(params, a)} == {(str(a), 4)}


def test_a_problem_of_the_base_stays_there(params, write):
    """Only what the overlay says is its own."""
    study = params / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("draws: 1000", "draws: 10"), "utf-8")
    a = write("scenarios/a.yaml", "bootstrap: {seed: 4}\n")
    [problem] = refused(params, a)
    assert problem.file == str(study) and problem.key == "bootstrap.draws"


def test_a_path_is_relative_to_the_file_that_says_it(params, write):
    """A scenario elsewhere names its policy from where it lies."""
    shutil.copy(params / "policies/demo/vip_80k.yaml", params / "scenarios" / "own.yaml")
    (params / "service2").mkdir()
    a = write("scenarios/a.yaml", "policies: {alternatives: [own.yaml]}\n")
    assert [p.id for p in laid(params, a).alternatives] == ["vip_80k"]


def test_one_quarter_cannot_change_the_history(params, write):
    """Which quarter is the last follows from the history."""
    file = write("quarters/demo/2026Q3.yaml", "fiscal_start_month: 4\n")
    [problem] = refused(params, quarter="2026Q3")
    assert problem.file == str(file) and problem.key == "fiscal_start_month"


def test_a_study_that_stands_on_itself_is_refused(params, write):
    """Round and round."""
    write("studies/b.yaml", "base: c.yaml\n")
    write("studies/c.yaml", "base: b.yaml\n")
    [problem] = refused(params, study="studies/b.yaml")
    assert "stands on itself" in problem.en
    write("studies/d.yaml", "id: d\nbase: demoo.yaml\n")
    [problem] = refused(params, study="studies/d.yaml")
    assert (problem.line, problem.key) == (2, "base") and "demo.yaml" in problem.en


def test_another_kind_replaces(params, write):
    """The keys of a simulated history mean nothing for files."""
    a = write(
        "scenarios/a.yaml",
        "history:\n  kind: files\n  currency: EUR\n  time_zone: UTC\n"
        "  transactions: {path: t.csv, columns: {customer_id: c, order_id: o, paid_at: d, amount: a}}\n"
        "programme: null\ndesigns: []\nhotline: null\ncapacity: []\nscenarios: []\n",
    )
    assert laid(params, a).study.history.kind == "files"


def test_checking_a_folder_knows_overlays_and_sets(params, write):
    """A quarter's file is checked over its study, a scenario by its keys, a set by its model."""
    write("studies/b.yaml", "base: demo.yaml\nid: b\n")
    count = check([params], names())
    write("quarters/b/2026Q3.yaml", "bootstrap: {draws: 5}\n")
    write("scenarios/bad.yaml", "bootstrapp: {draws: 500}\n")
    write("sets/bad.yaml", "id: bad\ntitle: {zh: 坏, en: Bad}\nscenarios: []\n")
    with pytest.raises(ParameterError) as error:
        check([params], names())
    assert f"{count + 3} file(s) checked, 3 problem(s)" in error.value.en
    for said in (
        "2026Q3.yaml, line 1, bootstrap.draws",
        "did you mean bootstrap",
        "neither scenarios nor a grid",
    ):
        assert said in error.value.en


def test_a_mapping_can_be_replaced_whole(params, write):
    """Only what the overlay says is left."""
    a = write(
        "scenarios/a.yaml", "title: {replace: true, zh: 甲, en: A}\nbootstrap: {replace: true, seed: 7}\n"
    )
    study = laid(params, a).study
    assert (study.title.en, study.bootstrap.seed, study.bootstrap.draws) == ("A", 7, 1000)
    study = params / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("draws: 1000", "draws: 200"), "utf-8")
    assert laid(params, a).study.bootstrap.draws == 1000


def test_members_of_a_set_are_laid_over(params, write):
    """Inline, by file and by grid; lines are those of the set file."""
    write("scenarios/a.yaml", "bootstrap: {draws: 400}\n")
    path = write(
        "sets/floors.yaml",
        "id: floors\ntitle: {zh: 门槛, en: Floors}\nscenarios:\n"
        "  - name: low\n    files: [../scenarios/a.yaml]\n    change: {bootstrap: {seed: 5}}\n"
        "grid:\n  edit.vip_80k.scheme.floors.VIP: [70_000, 90_000]\n  bootstrap.draws: [200, 5]\n",
    )
    assert [m.name for m in read_set(path).members] == ["low", "grid_01", "grid_02", "grid_03", "grid_04"]
    low = laid(params, f"{path}#low").study.bootstrap
    assert (low.draws, low.seed) == (400, 5)
    grid = laid(params, f"{path}#grid_03")
    assert (grid.alternatives[0].scheme.floors["VIP"].value, grid.study.bootstrap.draws) == (90_000, 200)
    [problem] = refused(params, f"{path}#grid_02")
    assert (problem.file, problem.line, problem.key) == (str(path), 9, "bootstrap.draws")


def test_large_grids_and_unknown_members_are_refused(params, write):
    """At most sixty runs."""
    path = write(
        "sets/much.yaml",
        "id: much\ntitle: {zh: 多, en: Many}\ngrid: {bootstrap.seed: [1,2,3,4,5,6,7,8], bootstrap.draws: [1,2,3,4,5,6,7,8]}\n",
    )
    with pytest.raises(FileProblems) as error:
        read_set(path)
    assert "64" in error.value.en and "60" in error.value.en


leaf = st.one_of(st.integers(0, 3), st.text("ab", max_size=2))
tree = st.recursive(
    leaf, lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3), max_leaves=8
)
block = st.dictionaries(st.sampled_from("abcd"), tree, max_size=4)


def slow(below, above):
    """The rule for mappings without lists, written as plainly as possible."""
    if isinstance(below, dict) and isinstance(above, dict):
        both = {**below, **above}
        return {k: slow(below[k], above[k]) if k in below and k in above else both[k] for k in both}
    return above


@given(block, block)
@settings(max_examples=60, deadline=None)
def test_merging_is_that_of_a_slow_twin(below, above):
    """And every change is a real one: nothing laid over itself changes anything."""

    def source(data, file):
        lines = {}

        def walk(node, key):
            for step, value in node.items() if isinstance(node, dict) else ():
                lines[(*key, step)] = len(lines) + 1
                walk(value, (*key, step))

        walk(data, ())
        return Source(file, data, lines)

    merged = merge(source(below, "b"), source(above, "a"))
    assert merged.source.data == slow(below, above)
    assert merge(merged.source, merged.source).changes == ()
    for change in merged.changes:
        assert change.file == "a" and change.before != change.after and change.after is not NOTHING
