"""A simulated company on disk: whole or not there, and the same when read back."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from toolkit.errors import UsageError
from toolkit.synthetic import company as company_module
from toolkit.synthetic.company import Company, simulate, write
from toolkit.synthetic.dictionary import ORACLE, TABLES


@pytest.fixture(scope="module")
def small() -> Company:
    return simulate(customers=60)


def test_a_written_parquet_company_reads_back_the_same(small, tmp_path):
    folder = write(small, tmp_path / "deep" / "company")
    for name, table in small.tables.items():
        pd.testing.assert_frame_equal(pd.read_parquet(folder / "tables" / f"{name}.parquet"), table)
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "oracle" / "reviews.parquet"), small.oracle)
    truth = json.loads((folder / "oracle" / "truth.json").read_text(encoding="utf-8"))
    assert truth["spend_lift"] == 0.06 and truth["asked"]["customers"] == 60
    assert sorted(p.name for p in folder.iterdir()) == ["README.txt", "oracle", "tables"]
    assert len(list((folder / "tables").iterdir())) == len(TABLES)


def test_a_written_csv_company_reads_back_the_same(small, tmp_path):
    folder = write(small, tmp_path / "company", format="csv")
    sales = pd.read_csv(folder / "tables" / "transactions.csv", parse_dates=["paid_at"])
    pd.testing.assert_frame_equal(sales, small.tables["transactions"], check_dtype=False)
    grades = (folder / "tables" / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert grades[1].split(",")[1] == "2022-10-01" and '"普通"' in "\n".join(grades)
    assert (folder / "oracle" / "reviews.parquet").exists()


def test_the_readme_says_that_it_is_simulated_and_describes_every_column_twice(small, tmp_path):
    words = (write(small, tmp_path / "company") / "README.txt").read_text(encoding="utf-8")
    assert "模拟" in words and "simulated" in words
    for table in (*TABLES, ORACLE):
        for column in table.columns:
            assert words.count(f"  {column.name} ") >= 2
            assert column.meaning.zh in words and column.meaning.en in words


def test_a_folder_that_holds_anything_is_refused_and_left_alone(small, tmp_path):
    place = tmp_path / "company"
    place.mkdir()
    (place / "mine.txt").write_text("keep")
    with pytest.raises(UsageError) as refused:
        write(small, place)
    assert "1" in refused.value.text("zh") and "not overwritten" in refused.value.text("en")
    assert [p.name for p in place.iterdir()] == ["mine.txt"] and len(list(tmp_path.iterdir())) == 1
    with pytest.raises(UsageError, match="is a file"):
        write(small, place / "mine.txt")
    with pytest.raises(UsageError, match="xlsx"):
        write(small, tmp_path / "other", format="xlsx")
    (place / "mine.txt").unlink()
    assert write(small, place) == place


def test_a_writing_that_breaks_off_leaves_nothing_behind(small, tmp_path, monkeypatch):
    def fill_half(folder, *_):
        folder.mkdir()
        (folder / "half.txt").write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(company_module, "fill", fill_half)
    with pytest.raises(OSError, match="disk full"):
        write(small, tmp_path / "company")
    assert list(tmp_path.iterdir()) == []
