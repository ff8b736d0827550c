"""The index of runs. Expected: static, escaped, both languages, no network request."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from toolkit.run.index import write_index


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
