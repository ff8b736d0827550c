"""Names that no report can show are refused before anything runs, with file, line and reason."""

from __future__ import annotations

import pytest

from toolkit.params.problems import FileProblems
from toolkit.params.reading import read_source
from toolkit.run.printable import unprintable

POLICY = "params/policies/demo/vip_80k.yaml"


def changed(project, file: str, before: str, after: str) -> None:
    path = project.folder / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


@pytest.fixture
def chaptered(project):
    project.chapter("01_one", "1")
    return project


def test_the_files_of_the_project_are_printable(chaptered):
    assert chaptered.plan().reports


@pytest.mark.parametrize(
    ("before", "after", "key", "words"),
    [
        ("门槛降至 8 万元", "门槛😀八万", "title.zh", ("U+1F600", "请改用别的字符", "use others")),
        ("Floor lowered to 80,000", "Floor \u202e80,000", "title.en", ("U+202E", "印不出来", "cannot print")),
        ("门槛降至 8 万元", "很长" * 200, "title.zh", ("80", "400", "short form")),
        ("普通", "普通😀", "scheme.floors.普通😀", ("U+1F600",)),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused_with_its_place(chaptered, before, after, key, words):
    changed(chaptered, POLICY, before, after)
    with pytest.raises(FileProblems) as refused:
        chaptered.plan()
    (problem, *_) = [one for one in refused.value.problems if one.key == key]
    assert problem.file.endswith("vip_80k.yaml") and problem.line > 1
    assert all(word in problem.zh + problem.en for word in words), (problem.zh, problem.en)


def test_every_problem_is_told_at_once(chaptered):
    changed(chaptered, POLICY, "门槛降至 8 万元", "😀")
    changed(chaptered, "params/studies/演示.yaml", "示例公司（模拟）", "😀" + "长" * 90)
    with pytest.raises(FileProblems) as refused:
        chaptered.plan()
    assert sorted(one.key for one in refused.value.problems) == ["company.zh", "company.zh", "title.zh"]


def test_rare_names_and_markup_are_no_problem(tmp_path):
    """Rare Chinese names, formulas and markup are text like any other; paths and columns are never printed."""
    file = tmp_path / "any.yaml"
    file.write_text(
        'title: {zh: 喆堃垚镕, en: "<b>$x_1$ | {} **</b>"}\nhistory: {path: 数据😀.csv, columns: {customer_id: 客户😀}}\n',
        "utf-8",
    )
    assert list(unprintable(read_source(file))) == []
