"""Saving a scenario. Expected: the file written by hand for the same change, accepted by ``check`` and laid over the study."""

from __future__ import annotations

from datetime import date

import pytest
from ruamel.yaml import YAML

from toolkit.errors import UsageError
from toolkit.measures.registry import labels, names
from toolkit.params.problems import FileProblems
from toolkit.params.study_files import read_study
from toolkit.run.check import check
from toolkit.whatif.opening import open_whatif
from toolkit.whatif.saving import save_scenario, scenario_path

FLOOR = ("vip_80k", ("scheme", "floors", "VIP"))


@pytest.fixture
def path(whatif):
    found = scenario_path(whatif, "mine")
    yield found
    found.unlink(missing_ok=True)


def read(path):
    return YAML(typ="safe").load(path.read_text("utf-8"))


def test_only_what_differs_stands_in_the_file_with_its_origin(whatif, path):
    whatif.board.move(FLOOR, 90_000)
    save_scenario(whatif, path, today=date(2026, 11, 22))
    assert read(path) == {"edit": {"vip_80k": {"scheme": {"floors": {"VIP": 90_000}}}}}
    head = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    assert head[0] == "# yaml-language-server: $schema=../schema/overlay.schema.json"
    assert (
        "2026-11-22" in head[1]
        and "params/studies/demo.yaml" in head[1]
        and str(whatif.study.quarter) in head[1]
    )
    assert "from a what-if on 2026-11-22" in head[2] and "¥80,000 → ¥90,000" in head[3]
    assert check([path], labels()) == 1


def test_caps_and_budget_are_named_by_what_names_them(whatif, path):
    whatif.board.move(("", ("capacity", 0, "most")), 9)
    whatif.board.move(("board_2026", ("budget_per_year",)), 10_000)
    save_scenario(whatif, path)
    assert read(path) == {
        "edit": {"board_2026": {"budget_per_year": 10_000}},
        "capacity": [{"pool": "managers", "counts": "heads", "most": 9}],
    }


def test_a_default_that_the_file_leaves_out_is_written_alone(whatif, path):
    whatif.board.move(("vip_80k", ("review", "hold_quarters")), 2)
    save_scenario(whatif, path)
    assert read(path)["edit"]["vip_80k"] == {"review": {"hold_quarters": 2}}


def test_a_package_of_the_price_list_gives_way_to_its_measures(project, root):
    """The file names a preset; its measures are written out, the one that was turned among them."""
    policy = project.parents[1] / "policies" / "demo" / "vip_80k.yaml"
    before = policy.read_text("utf-8")
    try:
        name = next(
            iter(
                YAML(typ="safe").load((root / "params/service/catalogue.yaml").read_text("utf-8"))["packages"]
            )
        )
        data = YAML(typ="safe").load(before)
        data["service"]["VIP"] = {
            "package": "vip",
            "promise": data["service"]["VIP"]["promise"],
            "preset": name,
        }
        with policy.open("w", encoding="utf-8") as stream:
            YAML().dump(data, stream)
        turned = open_whatif(project)
        knobs = [
            k
            for k in turned.board.of("vip_80k")
            if k.key[:3] == ("service", "VIP", "measures") and k.key[-1] == "quantity"
        ]
        assert len(knobs) > 1
        turned.board.move(knobs[-1].place, knobs[-1].value + 1)
        found = save_scenario(turned, scenario_path(turned, "preset"), overwrite=True)
        said = read(found)["edit"]["vip_80k"]["service"]["VIP"]
        assert list(said) == ["measures"] and len(said["measures"]) == len(knobs)
        files = read_study(f"{project} + {found}", names())
        assert next(p for p in files.policies if p.id == "vip_80k") == turned.board.params("vip_80k")
        found.unlink()
    finally:
        policy.write_text(before, "utf-8")


def test_a_file_is_not_overwritten_unasked(whatif, path):
    whatif.board.move(FLOOR, 90_000)
    save_scenario(whatif, path)
    before = path.read_bytes()
    whatif.board.move(FLOOR, 95_000)
    with pytest.raises(UsageError, match=r"mine\.yaml exists"):
        save_scenario(whatif, path)
    assert path.read_bytes() == before
    save_scenario(whatif, path, overwrite=True)
    assert read(path)["edit"]["vip_80k"]["scheme"]["floors"]["VIP"] == 95_000


def test_nothing_turned_is_nothing_to_save(whatif, path):
    with pytest.raises(UsageError, match="nothing to save"):
        save_scenario(whatif, path)
    assert not path.exists()


@pytest.mark.parametrize("name", ["", "Floor", "下调门槛", "../out", "a b", "1st"])
def test_a_name_that_no_file_of_parameters_bears_is_refused(whatif, name):
    with pytest.raises(UsageError, match="cannot name a scenario"):
        scenario_path(whatif, name)


def test_a_folder_that_check_would_not_know_is_refused(whatif, tmp_path):
    whatif.board.move(FLOOR, 90_000)
    with pytest.raises(UsageError, match="folder called scenarios"):
        save_scenario(whatif, tmp_path / "mine.yaml")


def test_knobs_that_make_no_valid_policy_leave_no_file(whatif, path):
    whatif.board.move(FLOOR, 90_000)
    place = ("vip_80k", ("service", "VIP", "measures", 0, "hours"))
    whatif.board.move(place, 0)
    whatif.board.move(("vip_80k", ("service", "VIP", "measures", 0, "travel_hours")), 0)
    with pytest.raises(FileProblems, match="needs hours"):
        save_scenario(whatif, path)
    assert list(path.parent.glob("*mine*")) == []
