"""The appendix: methods, assumptions, data, parameters. Expected: what files say, and changes that are planted."""

from __future__ import annotations

import json
import re
import typing
from dataclasses import replace

import pytest

from toolkit.history.intake import Count, Intake
from toolkit.history.raw import FileRecord
from toolkit.params.designs import DesignParams
from toolkit.params.resolved import resolved_parameters
from toolkit.params.study import RetentionParams
from toolkit.reporting import findings, formulas, tables
from toolkit.reporting.earlier import Earlier
from toolkit.reporting.methods import methods, methods_used
from toolkit.reporting.nodes import Formula
from toolkit.run.plan import as_yaml
from toolkit.terms import Label
from toolkit.window import Quarter

Q = Quarter.parse("2026Q2")


def earlier(folder, **files):
    """An earlier report whose run folder holds ``files``."""
    for name, content in files.items():
        file = (
            folder
            / {
                "manifest": "manifest.json",
                "copies": "params.files.json",
                "resolved": "params.resolved.yaml",
            }[name]
        )
        file.write_text(
            content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8"
        )
    return Earlier(Q, folder, {"verdict": {"value": "keep", "text": {"zh": "维持", "en": "Keep"}}})


def test_every_kind_of_definition_and_design_has_its_method():
    """A new one must be explained before it can be used."""
    kinds = set(typing.get_args(RetentionParams.model_fields["kind"].annotation))
    designs = {
        word
        for model in typing.get_args(typing.get_args(DesignParams)[0])
        for word in typing.get_args(model.model_fields["design"].annotation)
    }
    assert designs == {"adjusted", "rollout", "experiment", "reviews"}
    assert kinds | designs <= set(methods())


def test_only_methods_that_were_used_are_explained(demo, online_retail):
    """The demo has a programme, four designs and a hotline; the public data set has none of them."""
    used = {method.id for method in methods_used(demo)}
    assert {
        "cutoff",
        "adjusted",
        "rollout",
        "experiment",
        "reviews",
        "hotline",
        "bought_in",
        "spend_kept",
    } <= used
    assert {"purchases", "comparison", "cost"} <= used and "contracts" not in used
    plain = {method.id for method in methods_used(online_retail)}
    assert not plain & {"cutoff", "adjusted", "rollout", "experiment", "reviews", "hotline", "choice"}
    assert {"comparison", "cost", "break_even"} <= plain


@pytest.mark.parametrize("id", sorted(methods()))
def test_a_method_is_whole_in_both_languages(id):
    """Words without a typed figure, a source with its year, a formula that both papers can set."""
    method = methods()[id]
    for told in (method.title, method.estimates, method.holds, method.checked):
        assert re.search(r"[\u4e00-\u9fff]", told.zh) and not re.search(r"[\u4e00-\u9fff]", told.en)
        assert not re.search(r"\d", told.zh + told.en)
    assert re.search(r"(19|20)\d\d", method.source)
    set_as = formulas.typeset([Formula(method.formula, True)])[Formula(method.formula, True)]
    assert set_as is not None and set_as.mathml.startswith("<math") and set_as.typst
    for lang in ("zh", "en"):
        assert method.text(lang).startswith(f"### {method.title.text(lang)}\n")
        assert f"$$\n{method.formula}\n$$" in method.text(lang)


def test_assumptions_without_a_source_are_said_and_counted(demo):
    logged = findings.assumptions_logged(demo)
    facts = {fact.id: fact.value for fact in findings.assumptions(logged)}
    assert facts["assumptions.count"] == len(logged) > 100
    silent = [one for one in logged if one.assumption.source is None or one.origin == "default"]
    assert facts["assumptions.unsourced"] == len(silent) > 0
    table = tables.assumptions_of_study(logged, lang="en", currency="CNY")
    said = [row for row in table.rows if "no source recorded" in row[3]]
    assert len(said) == sum(one.assumption.policy is None for one in silent)
    assert any("demo.yaml:" in row[3] and row[0].startswith("mean patience") for row in said)


def test_a_policy_number_stands_with_its_unit_range_and_rank(demo):
    logged = findings.assumptions_logged(demo)
    rank = {one.assumption.moves: one.rank for one in logged}
    ranked = list(next(iter(findings.tornado_shown(demo).values()))[0].bars.index)
    assert rank["service"] == ranked.index("service") + 1 and "moves" not in ranked
    rows = {row[0]: row for row in tables.assumptions_of_policies(logged, lang="zh", currency="CNY").rows}
    visits = rows["定期拜访：单位成本"]
    assert visits[2:4] == ("¥100 / 小时", "¥80 / 小时 – ¥130 / 小时")
    assert visits[4] == f"第 {rank['service']} 位：服务单价"
    assert {"VIP", "A", "金"} <= set(visits[1].split(", "))
    kept = tables.assumptions_of_policies(logged, lang="zh", currency="CNY").numbers
    assert (
        len(kept) == len(logged)
        and kept["origin"].str.contains(r"params/policies/demo/vip_2022.yaml:\d+$").any()
    )


def test_small_prices_keep_their_digits(demo):
    """A unit price of 0.35 is not printed as 0."""
    logged = findings.assumptions_logged(demo)
    one = next(one for one in logged if one.assumption.unit == "hour")
    cheap = replace(one, assumption=replace(one.assumption, value=0.35, low=0.3, high=1234.5))
    [row] = tables.assumptions_of_policies([cheap], lang="en", currency="GBP").rows
    assert row[2] == "£0.35 / hour" and row[3] == "£0.3 / hour – £1,234 / hour"


def test_data_are_held_against_the_report_before(demo, monkeypatch, tmp_path):
    """A table that grew, one that is new, a file with other content in as many rows, one as it was."""
    count = Count("x", Label("某", "some"), 3)
    history = replace(
        demo.history,
        intakes=(Intake("transactions", 100, 97, (count,)), Intake("contacts", 10, 10, ())),
        files=(FileRecord("a.csv", "a" * 64, 9, 100), FileRecord("b.csv", "b" * 64, 9, 10)),
    )
    monkeypatch.setitem(demo.__dict__, "history", history)
    told = {"tables": {"transactions": {"rows_in": 80}},
            "files": [{"name": "a.csv", "sha256": "c" * 64, "rows": 100}, {"name": "b.csv", "sha256": "b" * 64, "rows": 10}]}  # fmt: skip
    before = earlier(tmp_path, manifest={"data": told})
    rows = tables.data_log(findings.data_held(demo, before), lang="en", currency="CNY").rows
    assert rows[0][1:4] == ("100", "97", "3") and rows[0][-1] == "+20 rows" and rows[1][-1] == "new"
    assert rows[0][4] == history.first_day.isoformat()
    files = tables.files(findings.files_held(demo, before), lang="en", currency="CNY").rows
    assert [row[-1] for row in files] == ["same rows, other content", "the same"]
    assert files[0][2] == "a" * 12
    assert {
        row[-1] for row in tables.data_log(findings.data_held(demo, None), lang="en", currency="CNY").rows
    } == {"—"}


def test_days_are_those_of_what_happened(demo):
    """Of bills the day of payment counts, not the day on which they fall due; of grades the day since when."""
    held = {one.name: one for one in findings.data_held(demo, None)}
    tables_of = demo.history.tables
    assert held["payments"].last_day == tables_of["payments"]["paid_on"].max().date().isoformat()
    assert held["payments"].last_day < tables_of["payments"]["due_on"].max().date().isoformat()
    assert held["grades"].first_day == tables_of["grades"]["from_on"].min().date().isoformat()
    assert held["customers"].first_day == ""


def test_a_changed_parameter_is_told_with_both_values(demo, tmp_path):
    files = demo.files
    resolved = resolved_parameters(files, "2026Q2")
    assert findings.parameters_changed(demo, earlier(tmp_path, resolved=as_yaml(resolved))) == ()
    resolved["decision_rule"]["adopt_probability"] = 0.75
    resolved["study"]["hotline"]["patience_seconds"] = None
    behaviour = next(path for path in files.named if path.parent.name == "behaviour")
    copies = {"params/behaviour/example.yaml": behaviour.read_text("utf-8") + "# other\n"}
    before = earlier(tmp_path, resolved=as_yaml(resolved), copies=copies)
    changed = findings.parameters_changed(demo, before)
    rows = {row[0]: row for row in tables.parameters_changed(changed, lang="en", currency="CNY").rows}
    assert set(rows) == {
        "decision_rule.adopt_probability",
        "study.hotline.patience_seconds",
        "params/behaviour/example.yaml",
    }
    assert rows["decision_rule.adopt_probability"][1:] == (
        "lowest probability of a positive net value at which a policy is adopted", "0.75", "0.9",
    )  # fmt: skip
    assert rows["study.hotline.patience_seconds"][2:] == ("not set", "180")
    facts = {fact.id: fact.value for fact in findings.parameters_told(changed, before)}
    assert facts == {"parameters.quarter": "2026Q2", "parameters.changed": 3}


def test_parameters_that_cannot_be_read_are_not_called_unchanged(demo, tmp_path):
    assert findings.parameters_changed(demo, earlier(tmp_path, resolved="a: [")) is None
    assert findings.parameters_changed(demo, None) is None
