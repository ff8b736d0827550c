"""Copies of policy files. Expected: what two plain readings of YAML, before and after, have different."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from toolkit.errors import UsageError
from toolkit.measures.registry import names
from toolkit.params.policy import read_policy
from toolkit.params.policy_copy import differences, eased, numbers_of, write_copy
from toolkit.params.problems import FileProblems

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [*(ROOT / "params" / "policies" / "demo").glob("*.yaml"), *(ROOT / "params" / "catalogue").glob("*.yaml")]
)
VIP = ROOT / "params" / "policies" / "demo" / "vip_2022.yaml"
SAID_ANEW = {"id", "title", "status", "source", "why"}


def plain(path: Path) -> dict:
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def comments(path: Path) -> list[str]:
    lines = [line for line in path.read_text("utf-8").splitlines() if line.partition(":")[0] not in SAID_ANEW]
    return [line.partition("#")[2].strip() for line in lines if " #" in line]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_only_what_was_asked_for_changes(file, tmp_path):
    """Every policy shipped: the copy reads, one number differs, comments and layout stay."""
    to = tmp_path / "own" / f"{file.stem.lower()}_mine.yaml"
    key, value = next(iter(numbers_of(file).items()), (None, 0))
    write_copy(file, to, {key: value} if key else {})
    before, after = plain(file), plain(to)
    assert {k: v for k, v in after.items() if k not in SAID_ANEW} == {
        k: v for k, v in before.items() if k not in SAID_ANEW
    }
    assert read_policy(to, names()).id == to.stem and after["status"] == "proposed"
    assert comments(to) == comments(file) and differences(file, to) == []


def test_the_number_is_written_as_the_files_write_numbers(tmp_path):
    to = tmp_path / "vip_mine.yaml"
    write_copy(VIP, to, {"scheme.floors.VIP": 85_500})
    assert "floors: {VIP: 85_500, 普通: rest}" in to.read_text("utf-8")
    assert differences(VIP, to) == [("scheme.floors.VIP", 100_000, 85_500)]
    assert re.search("100,000 → 85,500", plain(to)["why"])


def test_the_completion_of_editors_goes_on_working(tmp_path):
    """The first line leads to the schema from wherever the copy lies."""
    to = tmp_path / "deep" / "er" / "vip_mine.yaml"
    write_copy(VIP, to, {})
    schema = re.match(r"# yaml-language-server: \$schema=(\S+)", to.read_text("utf-8"))[1]
    assert (to.parent / schema).resolve() == ROOT / "params" / "schema" / "policy.schema.json"


def test_what_was_changed_by_hand_stays(tmp_path):
    to = tmp_path / "vip_mine.yaml"
    write_copy(VIP, to, {"scheme.floors.VIP": 90_000})
    to.write_text(to.read_text("utf-8").replace("span: 300", "span: 250"), "utf-8")
    write_copy(VIP, to, {"scheme.floors.VIP": 80_000})
    assert plain(to)["service"]["VIP"]["span"] == 250
    assert differences(VIP, to) == [("scheme.floors.VIP", 100_000, 80_000)]
    assert plain(to)["title"]["en"].count("(copy)") == 1


def test_a_tenth_below_the_best_floor():
    assert eased(VIP) == {"scheme.floors.VIP": 90_000}
    assert eased(VIP.with_name("weighted_2027.yaml")) == {"scheme.floors.金": pytest.approx(70.2)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"scheme.floors.VPI": 1}, "did you mean scheme.floors.VIP"),
        ({"scheme.floors": 1}, "no number scheme.floors"),
        ({"scheme.measure": 1}, "no number scheme.measure"),
        ({"scheme.floors.VIP": "80 000"}, "must become a number; you wrote '80 000'"),
        ({"scheme.floors.VIP": True}, "must become a number"),
    ],
)
def test_what_is_no_number_is_refused_and_nothing_written(change, said, tmp_path):
    with pytest.raises(UsageError, match=re.escape(said)):
        write_copy(VIP, tmp_path / "vip_mine.yaml", change)
    assert not list(tmp_path.iterdir())


def test_a_copy_that_would_be_no_policy_is_not_written(tmp_path):
    """Weights that do not sum to one: the problem names the copy, what was there stays."""
    file, to = VIP.with_name("weighted_2027.yaml"), tmp_path / "weighted_mine.yaml"
    write_copy(file, to, {})
    before = to.read_bytes()
    with pytest.raises(FileProblems) as refused:
        write_copy(file, to, {"scheme.factors.spend.weight": 0.9})
    assert refused.value.problems[0].file == str(to)
    assert to.read_bytes() == before and [path.name for path in tmp_path.iterdir()] == [to.name]


def test_a_scheme_without_floors_says_what_can_be_changed():
    with pytest.raises(UsageError, match=r"scheme\.upto\.A, scheme\.upto\.B"):
        eased(VIP.with_name("abc_2027.yaml"))
    with pytest.raises(FileProblems):
        numbers_of(ROOT / "params" / "studies" / "demo.yaml")
