"""Every code block of every page runs, in the order of its page, in a project of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from blocks import LANGUAGES, Block, Project, blocks, given, pages, parse, prepare, validate

from toolkit.errors import ParameterError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = [block for page in pages(ROOT) for block in blocks(ROOT, page)]
RUN = [block for block in BLOCKS if not block.reason]
NOT_RUN = [block for block in BLOCKS if block.reason]
COMPANY = """
gradelab simulate --customers 600 --seed 7 --format csv --out data/company
cp data/company/tables/transactions.csv data/sales.csv
python -c '
import pandas
sold = pandas.read_csv("data/sales.csv").tail(18000)
sold = sold[["customer_id", "order_id", "paid_at", "amount", "margin"]]
sold.rename(columns={"amount": "amount (CNY)"}).to_excel("data/sales.xlsx", index=False)
sold.columns = ["客户编号", "订单号", "付款时间", "金额（元）", "毛利"]
sold.to_excel("data/销售.xlsx", index=False, sheet_name="流水")
'
rm -r data/company
"""
MINE = """
printf 'currency: CNY\\n' > given.yaml
gradelab import data/sales.csv --study-id mine --answers given.yaml
gradelab run params/studies/mine.yaml --quarter 2026Q3
rm given.yaml
"""
DEMO = "\n".join(
    f"gradelab run params/studies/demo.yaml --quarter {quarter}" for quarter in ("2026Q2", "2026Q3")
)


@pytest.fixture(scope="session")
def bases(root, tmp_path_factory, cache):
    """A project by what is given in it, made when a page first asks for it."""
    folder = tmp_path_factory.mktemp("documentation")
    steps = folder / "steps"
    steps.mkdir()
    made: dict[str, Path] = {}

    def base(name: str) -> Path:
        if name in made:
            return made[name]
        if (folder / name).exists():
            pytest.fail(f"the project {name!r} could not be prepared: see the first failure")
        if name == "fresh":
            Project(prepare(root, folder / name, steps)).sh(COMPANY)
        else:
            below, words = {"demo": ("fresh", DEMO), "mine": ("demo", MINE)}[name]
            Project(shutil.copytree(base(below), folder / name, symlinks=True)).sh(words)
        made[name] = folder / name
        return made[name]

    return base


@pytest.fixture(scope="session")
def at_work(root, bases, tmp_path_factory):
    """The project of a page, in which its blocks up to one have run."""
    projects: dict[str, Project] = {}
    folder = tmp_path_factory.mktemp("pages")

    def project(page: str) -> Project:
        if page not in projects:
            place = folder / page.replace("/", ".")
            shutil.copytree(bases(given(root / page)), place, symlinks=True)
            (place / ".bin" / "environment").unlink(missing_ok=True)
            projects[page] = Project(place, "zh" if page.endswith(".zh.md") else "en")
        return projects[page]

    yield project
    for one in projects.values():
        one.close()


@pytest.mark.parametrize("block", RUN, ids=lambda block: block.id)
def test_the_block_runs(block: Block, at_work):
    assert block.language in LANGUAGES, f"nobody knows how to run {block.language}"
    project = at_work(block.page)
    for one in RUN:
        if one.page == block.page and one.line <= block.line and one.line not in project.done:
            project.done[one.line] = "begun"
            project.run(one)
            project.done[one.line] = "done"
    assert project.done[block.line] == "done", "an earlier block of the page has failed"


@pytest.mark.parametrize("block", NOT_RUN, ids=lambda block: block.id)
def test_what_cannot_run_is_at_least_known(block: Block, root):
    assert block.language == "sh" and parse(block.text, root) > 0
    pytest.skip(f"a code block of the documentation is not run: {block.reason}")


def test_few_blocks_are_not_run_and_no_block_is_without_a_language():
    print(f"{len(RUN)} code blocks run, {len(NOT_RUN)} not")
    assert len(RUN) > 60 and len(NOT_RUN) <= len(RUN) / 8
    for page in pages(ROOT):
        assert page.read_text("utf-8").count("```") % 2 == 0, page
        fences = [
            line.strip() for line in page.read_text("utf-8").splitlines() if line.strip().startswith("```")
        ]
        assert all(len(opening) > 3 for opening in fences[::2]), page


def test_a_block_that_is_wrong_is_noticed(root, bases, tmp_path):
    place = shutil.copytree(bases("fresh"), tmp_path / "project", symlinks=True)
    project = Project(place)
    with pytest.raises(AssertionError, match="exit 2"):
        project.run(Block("page", 1, "sh", "gradelab check --no-such-option\n", ""))
    with pytest.raises(AssertionError, match="exit 3"):
        project.run(Block("page", 1, "sh", "gradelab check params/no_such.yaml\ntrue\n", ""))
    with pytest.raises(AssertionError, match="NameError"):
        project.run(Block("page", 1, "python", "no_such_name\n", ""))
    for wrong in ("retention: {no_such: 1}\n", "scheme: {kind: thresholds, no_such: 1}\n"):
        with pytest.raises(ParameterError):
            validate(wrong, place)
    with pytest.raises(AssertionError, match="no parameter file has the keys"):
        validate("nowhere: 1\n", place)
    for wrong in ("gradelab no_such", "gradelab run a.yaml --no-such", "make no_such"):
        with pytest.raises(AssertionError):
            parse(wrong, root)
    project.close()
