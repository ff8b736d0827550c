"""The index of runs. Expected: static, escaped, both languages, no network request."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from toolkit.run.index import ALL, write_index


class Tags(HTMLParser):
    """Counts tags and collects link targets."""

    def __init__(self, text):
        super().__init__()
        self.open, self.links = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def keep(out, place, run, **changed):
    """Write the folder of a run."""
    folder = out / "demo" / place / run
    folder.mkdir(parents=True)
    told = {
        "run": run,
        "state": "succeeded",
        "study": "demo",
        "quarter": place,
        "started": run,
        "title": {"zh": "报告", "en": "Report"},
        "reason": None,
        "outputs": {"report.zh.html": "0", "report.en.pdf": "0", "facts.json": "0"},
    }
    (folder / "manifest.json").write_text(json.dumps({**told, **changed}), "utf-8")
    return folder


def test_runs_are_listed_newest_first_with_verdict_figures_and_links(tmp_path):
    """What a manager looks for: state, verdict, key figures, the report."""
    folder = keep(tmp_path, "2026Q2", "a")
    facts = {
        "verdict": {
            "value": "keep",
            "unit": "text",
            "zh": "结论",
            "en": "verdict",
            "text": {"zh": "维持", "en": "keep"},
        },
        "retained": {
            "value": 0.5,
            "unit": "share",
            "zh": "留存率",
            "en": "retention",
            "text": {"zh": "50.0%", "en": "50.0%"},
        },
    }
    (folder / "facts.json").write_text(json.dumps(facts), "utf-8")
    (folder.parent / "latest.json").write_text(json.dumps({"run": "a"}))
    keep(tmp_path, "2026Q3", "b 1", state="failed", reason={"zh": "缺字", "en": "a glyph"})
    text = write_index(tmp_path).read_text("utf-8")
    tags = Tags(text)
    assert tags.links == [
        "demo/2026Q3/b%201/manifest.json",
        "demo/2026Q2/a/report.zh.html",
        "demo/2026Q2/a/report.en.pdf",
    ]
    for word in (
        "维持",
        "keep",
        "留存率",
        "retention",
        "50.0%",
        "缺字",
        "a glyph",
        "最新",
        "完成",
        "失败",
        "2026Q2",
    ):
        assert word in text
    assert "http://" not in text and "https://" not in text and "<script" not in text


def test_everything_is_escaped(tmp_path):
    """A title, a reason or a fact is data, not HTML."""
    evil = "<script>alert('x')</script>&\""
    words = {"zh": evil, "en": evil}
    folder = keep(tmp_path, "2026Q3", "a", title=words, reason=words, state=evil)
    (folder / "facts.json").write_text(
        json.dumps({evil: {**words, "value": evil}, "verdict": {"value": evil}})
    )
    keep(tmp_path, "2026Q2", "b", quarter=evil)
    tags = Tags(write_index(tmp_path).read_text("utf-8"))
    assert "script" not in tags.open


def test_what_cannot_be_read_or_is_at_work_is_left_out(tmp_path):
    """A damaged manifest must not take the index with it."""
    (keep(tmp_path, "2026Q3", "a") / "manifest.json").write_text("{")
    (keep(tmp_path, "2026Q3", "b") / "manifest.json").write_text("[]")
    keep(tmp_path, "2026Q3", ".c.partial")
    assert Tags(write_index(tmp_path).read_text("utf-8")).links == []


def figure(value, zh, en, text, **more):
    """One record of ``facts.json``."""
    return {"value": value, "zh": zh, "en": en, "text": {"zh": text, "en": text}, **more}


def report(out, quarter, verdict, share, **changed):
    """Keep a good report with a verdict and one figure on page one."""
    folder = keep(out, quarter, f"run-{quarter}", **changed)
    facts = {
        "verdict": figure(verdict, "判定", "verdict", verdict, unit="text"),
        "front.figures": figure("stay", "首页", "front", "stay", unit="text"),
        "noise": figure(1, "噪声", "noise", "1", unit="count"),
        "stay": figure(share, "留存率", "retention", f"{share:.1%}", unit="share", better="higher"),
    }
    (folder / "facts.json").write_text(json.dumps(facts), "utf-8")
    (folder / "params.resolved.yaml").write_text(f"study: {{quarter: {quarter}}}\n", "utf-8")
    (folder.parent / "latest.json").write_text(json.dumps({"run": folder.name}))
    return folder


def test_key_figures_are_held_against_the_report_before(tmp_path):
    """Also where a quarter lies between that only failed; a flipped verdict is marked, the page of both is linked."""
    report(tmp_path, "2026Q1", "keep", 0.55)
    keep(tmp_path, "2026Q2", "broken", state="failed", reason={"zh": "缺数据", "en": "no data"})
    report(tmp_path, "2026Q3", "adopt", 0.52)
    text = write_index(tmp_path).read_text("utf-8")
    new, old = text.index("<h3>2026Q3"), text.index("<h3>2026Q1")
    assert new < text.index("<h3>2026Q2") < old
    newest = text[new : text.index("<h3>2026Q2")]
    for words in (
        "留存率",
        "52.0%",
        "55.0%",
        "−3.0 个百分点 变差",
        "−3.0 pp worse",
        "▼",
        "结论变了",
        "2026Q1 是“keep”",
    ):
        assert words in newest
    assert "噪声" not in text and "变化" not in text[old:] and "结论变了" not in text[old:]
    tags = Tags(text)
    assert "demo/2026Q3/compare.html" in tags.links and "demo/2026Q1/compare.html" not in tags.links
    page = (tmp_path / "demo" / "2026Q3" / "compare.html").read_text("utf-8")
    assert "由“keep”变为“adopt”" in page and "run-2026Q1" in page


def test_the_comparison_lies_beside_the_runs_and_is_written_once(tmp_path):
    """A signed run is not touched; a page that fits its two runs stays, another run has it written anew."""
    folders = [report(tmp_path, quarter, "keep", 0.5) for quarter in ("2026Q2", "2026Q3")]
    before = [sorted(path.name for path in folder.iterdir()) for folder in folders]
    write_index(tmp_path)
    page = tmp_path / "demo" / "2026Q3" / "compare.html"
    first = page.stat().st_mtime_ns
    write_index(tmp_path)
    assert page.stat().st_mtime_ns == first
    assert [sorted(path.name for path in folder.iterdir()) for folder in folders] == before
    report(tmp_path, "2026Q1", "keep", 0.5)
    (tmp_path / "demo" / "2026Q2" / "latest.json").unlink()
    (folders[0] / "manifest.json").unlink()
    write_index(tmp_path)
    assert "run-2026Q1" in page.read_text("utf-8")


def test_a_run_does_not_wait_for_the_comparisons_of_many_old_ones(tmp_path):
    """The newest ones are made; asked for all, all are there."""
    for year in (2025, 2026):
        for number in range(1, 5):
            report(tmp_path, f"{year}Q{number}", "keep", 0.5)

    def made() -> list[str]:
        return sorted(path.parent.name for path in tmp_path.glob("demo/*/compare.html"))

    first = write_index(tmp_path, 2).read_text("utf-8")
    assert made() == ["2026Q3", "2026Q4"] and first.count("compare.html") == 2
    last = write_index(tmp_path, ALL).read_text("utf-8")
    assert len(made()) == last.count("compare.html") == 7


def test_what_ifs_and_other_runs_are_folded_below_their_quarter(tmp_path):
    """A what-if never stands for the quarter, though it ran later."""
    report(tmp_path, "2026Q3", "keep", 0.5)
    keep(tmp_path, "2026Q3", "z-later", scenario="floor_90k")
    (tmp_path / "demo" / "sets").mkdir()
    (tmp_path / "demo" / "sets" / "floors.2026Q3.html").write_text("")
    (tmp_path / "demo" / "sets" / "floors.2026Q2.html").write_text("")
    text = write_index(tmp_path).read_text("utf-8")
    folded = text[text.index("<details>") :]
    assert "floor_90k" in folded and "run-2026Q3" not in folded and "50.0%" not in folded
    assert text.count("floor_90k") == 2 and "demo/sets/floors.2026Q3.html" in folded
    assert "floors.2026Q2" not in text
    keep(tmp_path, "2026Q4", "y-later", scenario="floor_90k")
    text = write_index(tmp_path).read_text("utf-8")
    assert "还没有报告" in text[text.index("<h3>2026Q4") : text.index("<h3>2026Q3")]


def test_a_run_whose_quarter_is_not_known_stands_first(tmp_path):
    """The data could not be read: whoever looks wants to know that before all else."""
    report(tmp_path, "2026Q3", "keep", 0.5)
    keep(tmp_path, "", "x", quarter=None, state="failed", reason={"zh": "没有数据", "en": "no data"})
    text = write_index(tmp_path).read_text("utf-8")
    assert text.index("季度未知") < text.index("没有数据") < text.index("2026Q3")


def test_damage_costs_the_damaged_part_only(tmp_path):
    """Facts that are no facts, a comparison that cannot be made: the rest of the page is there."""
    report(tmp_path, "2026Q2", "keep", 0.5)
    newer = report(tmp_path, "2026Q3", "keep", 0.6)
    (newer / "params.resolved.yaml").write_text("[", "utf-8")
    (tmp_path / "demo" / "2026Q3" / "compare.html").write_bytes(b"\xff")
    text = write_index(tmp_path).read_text("utf-8")
    assert "60.0%" in text and "compare.html" not in text
    odd = {
        "stay": {"value": {}, "text": 3, "better": 7},
        "verdict": "keep",
        "front.figures": {"value": "stay"},
    }
    (newer / "facts.json").write_text(json.dumps(odd), "utf-8")
    assert "2026Q3" in write_index(tmp_path).read_text("utf-8")


def test_tables_have_names_and_heads(tmp_path):
    """For those who do not see the page: scope, caption, and the language of the English words."""
    report(tmp_path, "2026Q2", "keep", 0.5)
    report(tmp_path, "2026Q3", "keep", 0.6)
    text = write_index(tmp_path).read_text("utf-8")
    assert text.count("<caption>") == text.count("<table") == 2
    assert text.count("<th ") == text.count("<th scope=") > 4 and '<html lang="zh-Hans">' in text
    assert text.count("class=en") == text.count("class=en lang=en")
