"""What the cells of the start page call. Expected: the files of the project, and sentences in the user's language."""

from __future__ import annotations

import json
import shutil

import pytest

from toolkit.errors import GradelabError, ParameterError, UsageError
from toolkit.lab.child import _answer, _environment, call
from toolkit.lab.report import write_report
from toolkit.lab.start import open_start
from toolkit.study.under import under

VIP, LOWER, ABC = (f"params/policies/demo/{name}.yaml" for name in ("vip_2022", "vip_80k", "abc_2027"))


def test_empty_names_stand_for_the_policies_of_the_study(start):
    """The policy in force first, the first alternative second."""
    assert [policy.id for policy in start.under().study.policies] == ["vip_2022"]
    assert [policy.id for policy in start.under("", "").study.policies] == ["vip_2022", "vip_80k"]
    assert [policy.id for policy in start.under(ABC, VIP).study.policies] == ["abc_2027", "vip_2022"]


def test_other_policies_stand_on_the_same_history(start):
    """Nothing but the policies is another; the grades are those the whole study gives."""
    found, whole = start.under("", LOWER).study, start.study
    assert found.history is whole.history and found.quarter == whole.quarter
    for policy in found.policies:
        one, other = found.registers[policy.id], whole.registers[policy.id]
        assert one.counts(whole.quarter).to_dict() == other.counts(whole.quarter).to_dict()


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda s: s.under(VIP, VIP), UsageError, "Both policies have the id vip_2022"),
        (lambda s: s.under("params/policies/demo/vip_2032.yaml"), ParameterError, "the folder holds vip_2022.yaml"),
        (lambda s: s.under("", "", "", "", ""), UsageError, "name a second policy file"),
        (lambda s: s.under("params/studies/demo.yaml"), ParameterError, "params/studies/demo.yaml, line"),
        (lambda s: s.copy("", {"scheme.floors.VPI": 1}), UsageError, "did you mean scheme.floors.VIP"),
        (lambda s: s.check("params/policies/own/none.yaml"), ParameterError, "no parameter file params/policies/own/none.yaml"),
        (lambda s: s.bring(["none.csv"]), UsageError, "There is no file data/none.csv"),
        (lambda s: s.bring(["none.csv"], "My Shop"), UsageError, "'My Shop' cannot be the id of a study"),
        (lambda s: s.bring(study="params/studies/demmo.yaml"), ParameterError, "the folder holds demo.yaml"),
        (lambda s: s.bring(study="params/studies/demo.yaml", quarter="2031Q1"), UsageError, "2031Q1 is not in the data"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_what_to_write(start, call, error, said):
    """Files are named from the project, whatever the folder of the page."""
    with pytest.raises(error) as refused:
        call(start)
    assert said in refused.value.en and str(start.root) not in refused.value.en
    assert refused.value.zh != refused.value.en


def test_before_anything_is_open_it_says_which_cell_to_run(checkout, monkeypatch):
    monkeypatch.chdir(checkout / "notebooks")
    with pytest.raises(UsageError, match="Your data"):
        open_start("en").under()


def test_another_language_and_another_place_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="you wrote fr"):
        open_start("fr")
    with pytest.raises(UsageError, match="is in no project"):
        open_start("en")
    assert not list(tmp_path.iterdir())


def test_no_policies_are_refused(start):
    with pytest.raises(UsageError, match="No policy is named"):
        under(start.study)


def test_a_file_becomes_a_study_once(start, checkout, capsys):
    """Answers come from a file; a second run of the page opens what the first one wrote, edits kept."""
    data = checkout / "data"
    days = [f"202{year}-{month:02d}-15" for year in (4, 5) for month in range(1, 13)]
    rows = [f"c{i},{day},{100 + i}.5" for i in range(40) for day in days]
    (data / "sales.csv").write_text("customer_id,date,amount\n" + "\n".join(rows), "utf-8")
    (data / "answers.yaml").write_text("currency: CNY\nmargin: 0.3\n", "utf-8")
    opened = start.bring(["sales.csv"], "own_shop", answers="data/answers.yaml")
    assert opened.study.panel.customers.size == 40 and not opened.study.simulated
    study = checkout / "params" / "studies" / "own_shop.yaml"
    study.write_text(study.read_text("utf-8").replace("Our company", "The shop"), "utf-8")
    assert start.bring(["sales.csv"], "own_shop").study.params.company.en == "The shop"
    study.unlink()
    shutil.rmtree(checkout / "params" / "policies" / "own_shop")


def test_a_failing_run_speaks_for_itself(checkout):
    """In both languages, as the run answers its JSON."""
    with pytest.raises(GradelabError) as refused:
        call(["run", "params/studies/none.yaml"], checkout, "en", lambda lines: None)
    assert "none.yaml" in refused.value.en and "none.yaml" in refused.value.zh
    assert refused.value.zh != refused.value.en


def test_a_run_does_not_take_the_page_for_a_terminal(monkeypatch):
    """JupyterLab's kernels ask for colours, which would fill the progress with signs of a terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("CLICOLOR", "1")
    told = _environment("zh")
    assert (
        not {"FORCE_COLOR", "CLICOLOR"} & set(told)
        and told["TERM"] == "dumb"
        and told["GRADELAB_LANG"] == "zh"
    )


def test_what_died_without_an_answer_is_told_by_its_last_lines():
    with pytest.raises(GradelabError, match="out of memory"):
        _answer(137, "", ["begun", "out of memory"])
    assert _answer(0, json.dumps({"state": "succeeded"}), []) == {"state": "succeeded"}


def test_a_refused_report_names_the_key(checkout, monkeypatch):
    """Before a process is started."""
    monkeypatch.chdir(checkout / "notebooks")
    broken = checkout / "params" / "studies" / "broken.yaml"
    text = (checkout / "params" / "studies" / "demo.yaml").read_text("utf-8")
    broken.write_text(text.replace("active_quarters: 1 ", "active_quarter: 1 "), "utf-8")
    with pytest.raises(ParameterError, match="active_quarter"):
        write_report(checkout, broken, "last", "", "en")
    broken.unlink()
