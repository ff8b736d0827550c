"""A study whose fiscal year starts in April. Expected labels and days are counted on the calendar by hand."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest

from toolkit.measures.registry import names
from toolkit.params.study_files import read_study
from toolkit.run.plan import make_plan
from toolkit.study import open_study
from toolkit.study.capacity import study_capacity
from toolkit.study.opening import last_quarter
from toolkit.window import Window

STUDY = """base: online_retail.yaml
id: fiscal
fiscal_start_month: 4
history:
  kind: files
  currency: EUR
  time_zone: UTC
  latest: 2026-12-31
  margin: {{rate: 0.3, source: 假设}}
  transactions:
    replace: true
    path: sales.csv
    columns: {{customer_id: customer, order_id: order, paid_at: day, amount: amount}}
policies: {{alternatives: [../policies/online_retail/orders.yaml]}}
"""


@pytest.fixture
def fiscal(root, tmp_path, monkeypatch, cache):
    """Twelve customers who buy every ten days from 1 April 2024 to the given day."""
    monkeypatch.delenv("GRADELAB_DATA", raising=False)
    shutil.copytree(root / "params", tmp_path / "params")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(root / "notebooks" / "01_is_the_history_sound.ipynb", tmp_path / "notebooks")
    (tmp_path / "data").mkdir()
    study = tmp_path / "params" / "studies" / "fiscal.yaml"
    study.write_text(STUDY.format(), "utf-8")

    def until(last: date):
        days = [date(2024, 4, 1) + timedelta(days=step) for step in range((last - date(2024, 4, 1)).days + 1)]
        rows = [f"c{n % 12},o{n},{day},{10 + n % 90}" for n, day in enumerate(days)]
        (tmp_path / "data" / "sales.csv").write_text(
            "customer,order,day,amount\n" + "\n".join(rows) + "\n", "utf-8"
        )
        return study

    return until


@pytest.mark.parametrize(
    ("last", "quarter", "start", "end"),
    [
        (date(2026, 8, 15), "2026Q1", date(2026, 4, 1), date(2026, 7, 1)),
        (date(2026, 3, 31), "2025Q4", date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 10), "2025Q3", date(2025, 10, 1), date(2026, 1, 1)),
        (date(2025, 6, 30), "2025Q1", date(2025, 4, 1), date(2025, 7, 1)),
    ],
)
def test_last_is_the_last_complete_quarter_of_the_fiscal_year(fiscal, last, quarter, start, end):
    """January to March 2026 is the fourth quarter of the year that began in April 2025."""
    study = open_study(fiscal(last))
    assert (str(study.quarter), study.quarter.start(4), study.quarter.end(4)) == (quarter, start, end)
    assert str(study.complete[0]) == "2024Q1" and study.complete[-1] == study.quarter
    assert study.panel.cube.fiscal_start_month == 4
    spend = study.panel.values("spend", 1)[:, study.panel.quarters.index(study.quarter)].sum()
    days = [date(2024, 4, 1) + timedelta(days=n) for n in range(1200)]
    assert spend == sum(10 + n % 90 for n, day in enumerate(days) if start <= day < end and day <= last)


def test_windows_and_unfinished_quarters_follow_the_fiscal_year(fiscal):
    """Four quarters up to 2026Q1 are July 2025 to June 2026; July and August 2026 are unfinished."""
    study = open_study(fiscal(date(2026, 8, 15)))
    window = Window(study.quarter, 4)
    assert (window.first.start(4), window.last.end(4)) == (date(2025, 7, 1), date(2026, 7, 1))
    assert [str(quarter) for quarter in study.history.unfinished] == ["2026Q2"]


def test_the_quarters_own_file_is_that_of_the_last_quarter(fiscal):
    """The plan looks into the data when quarters have files of their own; notebook and plan agree."""
    study = fiscal(date(2026, 3, 31))
    own = study.parents[1] / "quarters" / "fiscal"
    own.mkdir(parents=True)
    (own / "2025Q4.yaml").write_text("bootstrap: {draws: 300}\n", "utf-8")
    (own / "2026Q1.yaml").write_text("bootstrap: {draws: 400}\n", "utf-8")
    assert str(last_quarter(read_study(study, names()))) == "2025Q4"
    plan = make_plan(study, known_measures=names())
    assert plan.quarter == "2025Q4" and plan.files.study.bootstrap.draws == 300
    assert open_study(study).params.bootstrap.draws == 300
    assert open_study(study, quarter="2025Q3").params.bootstrap.draws == 1000


def test_a_policy_starts_in_the_fiscal_quarter_of_its_day(fiscal):
    """From 1 March 2027: the last quarter of the fiscal year 2026, in which the later cap does not hold yet."""
    path = fiscal(date(2026, 3, 31))
    text = path.read_text("utf-8") + (
        "edit: {floors: {effective: 2027-03-01}}\n"
        "capacity:\n"
        "  - {pool: managers, counts: heads, most: 7, title: {zh: 甲, en: a}, source: s}\n"
        "  - {pool: managers, counts: heads, since: 2027Q1, most: 9, title: {zh: 甲, en: a}, source: s}\n"
    )
    path.write_text(text, "utf-8")
    study = open_study(path)
    found = study_capacity(
        study.params.capacity, study.policies[:1], study.costs, None, study.quarter, fiscal_start_month=4
    )
    assert [use.resource.most for use in found.uses] == [7]
    assert [use.resource.most for use in study.capacity.uses if use.policy == "floors"] == [7]
