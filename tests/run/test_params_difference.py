"""Differences of parameters in words. Expected: what was changed here by hand, named as the models name it, with unit and place."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from toolkit.cli import main
from toolkit.errors import UsageError
from toolkit.measures.registry import MEASURES
from toolkit.run.params_difference import difference

UNITS = {name: measure.unit for name, measure in MEASURES.items()}
HEAD_ZH, HEAD_EN = "分级方案 › 各等级门槛 › VIP", "the rule that gives grades › floor of each grade › VIP"


def changed(path: Path, to: Path, *pairs: tuple[str, str]) -> Path:
    """A copy in which each ``wrong`` stands for the first ``right``."""
    text = path.read_text("utf-8")
    for right, wrong in pairs:
        assert right in text
        text = text.replace(right, wrong, 1)
    to.write_text(text, "utf-8")
    return to


def gone(project, kernels) -> Path:
    """Folder of a run that went to its end."""
    run = project.run(kernels)
    run.go()
    return run.folder


def told(before: Path, after: Path, lang: str, reports: Path = Path("reports")) -> list[str]:
    return [one.line(lang) for one in difference(before, after, reports, UNITS)]


def test_a_policy_says_what_changed_with_unit_and_line(project, monkeypatch):
    """Floors in the unit of their measure, shares in per cent, spans in quarters; words of the models in both languages."""
    monkeypatch.chdir(project.folder / "params" / "policies" / "demo")
    old = Path("vip_2022.yaml")
    new = changed(old, Path("new.yaml"), ("VIP: 100_000", "VIP: 80_000"), ("hold_quarters: 0", "hold_quarters: 2"),
                  ("discount_share: 0.01", "discount_share: 0.025"))  # fmt: skip
    assert told(old, new, "zh") == [
        f"方案 › {HEAD_ZH}：100,000 （研究的货币） → 80,000 （研究的货币）（vip_2022.yaml:11 → new.yaml:11）",
        "方案 › 复评规则 › 保级期：0 个季度 → 2 个季度（vip_2022.yaml:12 → new.yaml:12）",
        "方案 › 各等级的服务标准 › VIP › 折扣占消费额的比例：1% → 2.5%（vip_2022.yaml:31 → new.yaml:31）",
    ]
    assert told(old, new, "en")[0] == (
        f"policy › {HEAD_EN}: 100,000 (currency of the study) → 80,000 (currency of the study) (vip_2022.yaml:11 → new.yaml:11)"
    )
    assert told(old, old, "zh") == []


def test_a_study_says_it_of_every_file_it_names(project, monkeypatch):
    """A policy that is taken out shifts the others and changes none of them; a default has no place."""
    project.chapter("01_a", "x = 1")
    monkeypatch.chdir(project.folder)
    old = project.study.relative_to(project.folder)
    new = changed(old, old.with_name("new.yaml"), ("    - ../policies/demo/vip_80k.yaml\n", ""), ("draws: 1000", "draws: 2000"),
                  ("active_quarters: 1 ", "fiscal_start_month: 4\nactive_quarters: 1 "))  # fmt: skip
    lines = told(old, new, "en")
    assert [line.partition(":")[0] for line in lines] == [
        "study › month in which the fiscal year starts",
        "study › policies compared › policy files of the alternatives",
        "study › bootstrap › number of draws",
        "alternative Floor lowered to 80,000",
    ]
    assert lines[0].endswith(": 1 → 4 (params/studies/new.yaml:7)")
    assert lines[2].endswith(": 1,000 → 2,000 (params/studies/演示.yaml:116 → params/studies/new.yaml:116)")
    assert ": removed (params/policies/demo/vip_80k.yaml:" in lines[3]
    assert told(new, old, "zh")[3].startswith("备选方案 门槛降至 8 万元：新增（")


def test_two_runs_and_a_run_and_its_study(project, kernels, monkeypatch):
    """As they were at the time, whatever the files say now; money in the currency of the study."""
    project.chapter("01_a", project.fact("01_a", **{"a.b": "x"}))
    monkeypatch.chdir(project.folder)
    first = gone(project, kernels)
    policy = project.folder / "params/policies/demo/vip_2022.yaml"
    changed(policy, policy, ("VIP: 100_000", "VIP: 80_000"))
    second = gone(project, kernels)
    where = "params/policies/demo/vip_2022.yaml:11"
    for before, after in ((first, second), (first, project.study)):
        assert told(before, after, "zh") == [
            f"现行方案 现行 VIP 办法 › {HEAD_ZH}：¥100,000 → ¥80,000（{where}）"
        ]
    assert told(second, project.study, "en") == []


def test_a_policy_is_not_compared_with_a_study(project):
    project.chapter("01_a", "x = 1")
    policy = project.folder / "params/policies/demo/vip_2022.yaml"
    with pytest.raises(UsageError, match="two of a kind"):
        difference(policy, project.study, Path("reports"), UNITS)


@pytest.mark.parametrize("words", [("params", "diff"), ("params",)])
def test_the_command_compares_and_still_lists(project, monkeypatch, capfd, words):
    """``params diff A B`` and ``params STUDY``, options before or after."""
    project.chapter("01_a", "x = 1")
    monkeypatch.chdir(project.folder)
    shutil.copy(project.study, "params/studies/same.yaml")
    study = str(project.study.relative_to(project.folder))
    for options in (("--lang", "zh", study), (study, "--lang", "zh")):
        given = [*words, *options, *(["params/studies/same.yaml"] if len(words) > 1 else ["--json"])]
        monkeypatch.setattr(sys, "argv", ["gradelab", *given])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        assert not ended.value.code, said.err
        if len(words) > 1:
            assert said.out.strip() == "参数没有不同。"
        else:
            assert json.loads(said.out)["parameters"]["study.id"]["value"] == "demo"
