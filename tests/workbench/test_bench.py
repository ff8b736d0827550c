"""The workbench without a browser. Expected: what the answers of the study say, in words and figures of both languages."""

from __future__ import annotations

import asyncio
import re
import shutil

import pytest

from toolkit.reporting.palette import grade_colours
from toolkit.terms import number
from toolkit.workbench.bench import VIEW, Workbench, open_workbench
from toolkit.workbench.sections import sections
from toolkit.workbench.waiting import Waiting
from toolkit.workbench.words import WORDS

FLOOR = ("vip_80k", ("scheme", "floors", "VIP"))
TAGS = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def study(root, tmp_path_factory, cache):
    folder = tmp_path_factory.mktemp("workbench")
    shutil.copytree(root / "params", folder / "params")
    (folder / "notebooks").mkdir()
    path = folder / "params" / "studies" / "demo.yaml"
    path.write_text(path.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    return path


@pytest.fixture(scope="module", params=["zh", "en"])
def bench(request, study):
    return open_workbench(study, lang=request.param)


@pytest.fixture(autouse=True)
def put_back(request):
    yield
    if "bench" in request.fixturenames:
        bench = request.getfixturevalue("bench")
        bench.policy.value = "vip_80k"
        bench.put_back()


def control(bench: Workbench, place: tuple):
    return bench._controls[place]


def test_a_slider_is_followed_by_field_and_answers(bench):
    row = control(bench, FLOOR)
    assert row.slider.value == row.field.value == 80_000
    before = bench.answers.value
    row.slider.value = 90_000
    assert row.field.value == 90_000 and bench.whatif.board.values[FLOOR] == 90_000
    now = bench.whatif.answering.answer("vip_80k")
    text = TAGS.sub("|", bench.answers.value)
    assert bench.answers.value != before and f"|{number(now.customers['VIP'])}|" in text
    assert (
        f"|{number(now.customers['VIP'] - bench.whatif.answering.production('vip_80k').customers['VIP'], signed=True)}|"
        in text
    )
    assert ("毫秒" if bench.lang == "zh" else "answered in") in bench.status.value
    bench.reset.click()
    assert row.slider.value == row.field.value == 80_000
    assert (WORDS["nothing_moved"].text(bench.lang)) in bench.status.value


def test_a_number_beyond_the_slider_may_be_typed(bench):
    row = control(bench, FLOOR)
    row.field.value = 900_000
    assert row.slider.value == row.slider.max == 900_000
    assert bench.whatif.board.values[FLOOR] == 900_000


def test_weights_move_together_in_percent(bench):
    bench.policy.value = "weighted_2027"
    places = [("weighted_2027", ("scheme", "factors", i, "weight")) for i in range(5)]
    control(bench, places[0]).slider.value = 70
    shown = [control(bench, place).field.value for place in places]
    assert (
        shown[0] == 70
        and sum(shown) == pytest.approx(100, abs=1e-9)
        and shown[1:] == pytest.approx([7.5] * 4, abs=1e-4)
    )


def test_sections_are_filled_when_they_are_opened(bench):
    board = bench._boards["vip_80k"]
    found = sections(bench.whatif.knobs("vip_80k"), bench.lang)
    assert board.titles == tuple(found)
    assert board.children[0].children and not board.children[-1].children
    board.selected_index = len(found) - 1
    assert len(board.children[-1].children) == len(list(found.values())[-1])
    board.selected_index = 0


def test_what_makes_no_valid_policy_is_said_in_a_sentence(bench):
    whatif = bench.whatif
    for name in ("hours", "travel_hours"):
        whatif.board.move(("vip_80k", ("service", "VIP", "measures", 0, name)), 0)
    bench.answer()
    assert 'role="alert"' in bench.answers.value and "Traceback" not in bench.answers.value
    assert ("须写 hours" if bench.lang == "zh" else "needs hours") in bench.answers.value
    assert repr(bench) and "Traceback" not in repr(bench)


def test_saving_says_where_and_how_to_run(bench):
    control(bench, FLOOR).slider.value = 92_000
    bench.name.value, bench.overwrite.value = "bench_test", True
    bench.save.click()
    assert "params/scenarios/bench_test.yaml" in bench.saved.value and "--with" in bench.saved.value
    bench.overwrite.value = False
    bench.save.click()
    assert 'role="alert"' in bench.saved.value and "bench_test.yaml" in bench.saved.value


def test_without_a_frontend_the_same_figures_stand_in_html_and_text(bench):
    shown = bench._repr_mimebundle_()
    assert set(shown) == {VIEW, "text/html", "text/plain"}
    now = bench.whatif.answering.answer("vip_80k")
    for kind in ("text/html", "text/plain"):
        assert WORDS["band"].text(bench.lang) in shown[kind]
        assert number(now.customers["VIP"]) in shown[kind]
    other = "zh" if bench.lang == "en" else "en"
    assert WORDS["cost"].text(other) not in shown["text/html"]


def test_the_picture_has_words_and_the_colours_of_the_report(bench):
    assert f'aria-label="{WORDS["chart"].text(bench.lang)}"' in bench.answers.value
    assert grade_colours(("VIP", "普通"))["VIP"] in bench.answers.value


def test_every_policy_can_be_chosen(bench):
    for policy in bench.whatif.titles:
        bench.policy.value = policy
        assert "<table>" in bench.answers.value


def test_a_policy_without_numbers_in_its_rule_says_so(study):
    text = study.read_text("utf-8")
    other = study.with_name("list.yaml")
    other.write_text(
        text.replace("../policies/demo/vip_80k.yaml", "../catalogue/S54.yaml").replace(
            "id: demo", "id: list"
        ),
        "utf-8",
    )
    bench = open_workbench(other, lang="zh")
    bench.policy.value = "s54"
    assert "没有可以调的数字" in bench.left.children[0].children[0].value


def test_words_never_speak_of_effects():
    for name, label in WORDS.items():
        assert "影响" not in label.zh and "效果" not in label.zh and "effect" not in label.en.lower(), name


def test_a_moving_slider_is_answered_once():
    done = []

    async def moving() -> None:
        waiting = Waiting(lambda: done.append(1), 0.02)
        for _ in range(5):
            waiting.ask()
            await asyncio.sleep(0.002)
        await asyncio.sleep(0.2)

    asyncio.run(moving())
    assert done == [1]
    Waiting(lambda: done.append(2)).ask()
    assert done == [1, 2]


@pytest.mark.parametrize(("lang", "said"), [("zh", "服务单价未填"), ("en", "no price given")])
def test_a_price_that_is_not_known_is_no_price_of_nothing(study, tmp_path, lang, said):
    shutil.copytree(study.parents[1], tmp_path / "params")
    policy = tmp_path / "params" / "policies" / "demo" / "vip_80k.yaml"
    text = policy.read_text("utf-8")
    unknown, count = re.subn(r"(    promise: .*\n)", r"\1    cost_per_quarter: unknown\n", text, count=1)
    assert count == 1 and "cost_per_quarter: unknown" not in text
    policy.write_text(unknown, "utf-8")
    bench = open_workbench(tmp_path / "params" / "studies" / "demo.yaml", lang=lang)
    bench.policy.value = "vip_80k"
    lines = repr(bench).splitlines()
    assert sum(said in line for line in lines) == 2
    assert not any("¥0" in line for line in lines)
