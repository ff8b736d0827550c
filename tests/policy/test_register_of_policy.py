"""What the register says beside the grades: marks for export, grades nobody reached, judged grades."""

from __future__ import annotations

import pandas as pd
import pytest
from pydantic import ValidationError

from toolkit.params.policy import PolicyParams
from toolkit.policy import Policy, walk
from toolkit.run.register_file import write_register
from toolkit.terms import Label
from toolkit.window import Quarter

FIRST = Quarter.parse("2025Q1")
NAMES = {"spend": Label("消费额", "spend")}


def policy_with(params: PolicyParams, **more: object) -> Policy:
    written = params.model_dump(exclude_unset=True) | more
    return Policy.from_params(PolicyParams.model_validate(written), NAMES)


def tag(name: str, **test: object) -> dict:
    return {"name": name, "when": [{"measure": "spend", **test}]}


def test_tags_and_classes_are_columns_of_the_register_and_of_its_file(make_panel, make_params, tmp_path):
    """By hand: 100 is big and =round, 60 is =round, 7 is neither; formulas get an apostrophe in the file."""
    risk = {"kind": "thresholds", "measure": "spend", "floors": {"-高": {"above": 60}, "低": "rest"}}
    policy = policy_with(
        make_params(), tags=[tag("=round", at_least=60), tag("big", at_least=100)], beside={"risk": risk}
    )
    frame = walk(policy, make_panel([[100], [60], [7]]), FIRST).frame("en")
    assert frame.columns.tolist() == [
        "customer_id",
        "quarter",
        "grade",
        "reason",
        "held",
        "tags",
        "beside_risk",
    ]
    assert frame["tags"].tolist() == ["=round;big", "=round", ""]
    assert frame["beside_risk"].tolist() == ["-高", "低", "低"]
    write_register(frame, tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
    assert lines[0].replace('"', "") == "customer_id,quarter,grade,reason,tags,beside_risk"
    assert lines[1].endswith(""","'=round;big","'-高\"""") and lines[3].endswith(',"","低"')
    write_register(frame, tmp_path / "a.parquet")
    assert pd.read_parquet(tmp_path / "a.parquet")["tags"].tolist() == ["=round;big", "=round", ""]


def test_a_register_without_marks_has_the_columns_it_had(make_panel, make_policy):
    frame = walk(make_policy(), make_panel([[100]]), FIRST).frame("zh")
    assert frame.columns.tolist() == ["customer_id", "quarter", "grade", "reason", "held"]


def test_grades_nobody_reached_are_told_apart(make_panel, make_params):
    """Nobody spends 50 to 99; S has no rule."""
    base = {"kind": "thresholds", "measure": "spend", "floors": {"A": 100, "B": 50, "C": "rest"}}
    rule = {"reason": {"zh": "点名", "en": "named"}, "customers": ["c0"], "down": 1}
    scheme = {"kind": "overrides", "base": base, "rules": [rule], "grades": ["S", "A", "B", "C"]}
    found = walk(policy_with(make_params(scheme)), make_panel([[7], [120]]), FIRST).unreached
    assert list(found.by_rule) == ["S"] and found.by_history == ("B",)
    both = walk(policy_with(make_params(scheme)), make_panel([[120], [120], [1]]), FIRST).unreached
    assert both.by_history == ()


JUDGED = pd.DataFrame(
    {
        "customer_id": ["c0", "c0", "c1", "c2", "c3"],
        "judged_on": pd.to_datetime(["2025-02-01", "2025-04-01", "2025-01-05", "2025-03-01", "2025-03-01"]),
        "grade": ["B", "A", "A", "A", "B"],
        "score": [60.0, 90.0, 95.0, 91.0, 50.0],
        "author": ["甲", "乙", "甲", None, "乙"],
        "reason": ["贡献", "贡献", "贡献", "贡献", " "],
    }
)


def judged(**more: object) -> dict:
    return {"kind": "judged", "table": "judgements", "grades": ["A", "B", "C"], "otherwise": "C"} | more


def test_the_latest_judgement_known_at_the_review_decides(make_panel, make_policy, grades):
    """c0 was judged again on the first day after the review; c4 never was. Reviews every quarter."""
    panel = make_panel([[5, 5, 5]] * 5, judgements=JUDGED)
    found = walk(make_policy(judged(), every_quarters=1), panel, FIRST + 2)
    assert [grades(found, i) for i in range(5)] == ["BAA", "AAA", "AAA", "BBB", "CCC"]
    short = walk(make_policy(judged(valid_quarters=1), every_quarters=1), panel, FIRST + 2)
    assert [grades(short, i) for i in range(5)] == ["BAC", "ACC", "ACC", "BCC", "CCC"]
    cut = judged(floors={"A": 90, "B": {"above": 50}, "C": "rest"})
    scores = walk(make_policy(cut), panel, FIRST)
    assert [grades(scores, i) for i in range(5)] == ["B", "A", "A", "C", "C"]


def test_a_judgement_without_author_or_reason_is_set_aside_and_counted(make_panel, make_policy, grades):
    panel = make_panel([[5]] * 5, judgements=JUDGED)
    policy = make_policy(judged(require_reason=True))
    register = walk(policy, panel, FIRST)
    assert [grades(register, i) for i in range(5)] == ["B", "A", "-", "-", "C"]
    assert register.ungraded(FIRST).value_counts()["set_aside/none"] == 2
    assert "缺少评定人或理由" in register.reasons["set_aside/none"].zh
    detail = policy.scheme.grade(panel.snapshot(FIRST, policy.scheme.needs, 1)).detail
    assert detail.loc["c0", ["judged_by", "judged_for"]].tolist() == ["甲", "贡献"]
    assert detail.loc["c0", "judged_on"] == pd.Timestamp("2025-02-01")


def test_reasons_can_only_be_required_of_judgements(make_params):
    with pytest.raises(ValidationError, match="needs table: judgements"):
        make_params(judged(table="grades", require_reason=True))
