"""Page one prints facts and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.comparison.evidence import EVIDENCE
from toolkit.recommendation.verdict import Verdict
from toolkit.reporting.earlier import Earlier
from toolkit.reporting.findings import turned
from toolkit.reporting.first_page import read
from toolkit.reporting.nodes import Text, plain
from toolkit.reporting.tracing import pieces, quoted_in, unmarked
from toolkit.reporting.verdict_page import first_page, payload
from toolkit.reporting.words import label, word
from toolkit.window import Quarter


@pytest.fixture
def adopting(demo, monkeypatch):
    """The demo, its verdict set to adopting the policy that has a value."""
    told = replace(demo.recommendation, verdict=Verdict.ADOPT, policy="abc_2027")
    monkeypatch.setitem(demo.__dict__, "recommendation", told)
    return demo


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_are_facts_as_printed(adopting, facts_of, lang):
    """Value, retention and cost as now → proposed, who moves, the effect: each as the facts print it."""
    demo, lead = adopting, "abc_2027"
    facts = facts_of(demo)
    page = first_page(demo, facts, lang=lang)
    shown = {figure.id: figure for figure in page.figures}
    value = {id: unmarked(figure.value) for id, figure in shown.items()}
    note = {id: unmarked(figure.note) for id, figure in shown.items()}

    def interval(id: str) -> str:
        return facts[id].interval(lang, facts.currency)

    assert 5 <= len(page.figures) <= 6 and len(shown) == len(page.figures)
    assert value[f"change.{lead}.net"] == facts.text(f"change.{lead}.net", lang)
    assert interval(f"change.{lead}.net") in note[f"change.{lead}.net"]
    now, then = (facts.text(f"cost.year.{one}", lang) for one in (demo.baseline.id, lead))
    assert value[f"change.{lead}.cost"] == f"{now} → {then}"
    change = unmarked(facts.marked(f"change.{lead}.cost", lang, interval=True))
    assert change in note[f"change.{lead}.cost"] and interval(f"change.{lead}.cost") in change
    before = facts.text(f"retention.all.{demo.headline.id}", lang)
    after = facts.text(f"change.{lead}.retention", lang)
    assert value[f"change.{lead}.retention"] == f"{before} → {after}"
    ways = tuple(f"change.{lead}.{way}" for way in ("raised", "lowered"))
    assert re.findall(r"[\d,]+", value[ways[0]]) == [f"{facts[way].value:,}" for way in ways]
    assert quoted_in(shown[ways[0]].value) == ways
    assert value[f"effect.{demo.headline.id}"] == facts.text(f"effect.{demo.headline.id}", lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_of_page_one_is_traced(adopting, facts_of, lang):
    """Also in its sentences, its bar and its remarks; only the agreed rule and names of the parameters are typed."""
    page = first_page(adopting, facts_of(adopting), lang=lang)
    names = [policy.title.text(lang) for policy in adopting.policies]
    for text in page.texts:
        left = "".join(plain((node,)) for node in pieces(text) if isinstance(node, Text))
        for name in names:
            left = left.replace(name, "")
        assert text == page.rule or not re.search(r"\d", left), text


def test_proposed_retention_is_now_plus_those_kept(demo, facts_of):
    """By hand: the share retained now, and customers retained more over customers compared; none without evidence."""
    facts = facts_of(demo)
    now = facts[f"retention.all.{demo.headline.id}"].value
    kept = facts["change.abc_2027.retained"].value
    proposed = facts["change.abc_2027.retention"]
    assert "change.weighted_2027.identified" in facts and "change.weighted_2027.retention" not in facts
    assert proposed.value == pytest.approx(now + kept / len(demo.customers))
    assert proposed.low <= proposed.value <= proposed.high
    assert proposed.high - proposed.low < 0.2


def test_the_evidence_bar_is_that_of_the_policy_the_page_speaks_of(demo, facts_of):
    lead = demo.recommendation.leading().change
    shown = {part.standing: part.share for part in first_page(demo, facts_of(demo), lang="en").evidence}
    assert shown == {kind: lead.share(kind) for kind in EVIDENCE if lead.share(kind) > 0}
    assert sum(shown.values()) == pytest.approx(1)


def test_what_cannot_be_priced_is_named_as_unknown(demo, facts_of):
    said = " ".join(first_page(demo, facts_of(demo), lang="en").unknowns)
    assert "Weighted multi-factor score" in said and "100%" in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_effect_no_figure(online_retail, facts_of, lang):
    """A refusal shows its words where the figure would stand, the reason, and the pilot."""
    page = first_page(online_retail, facts_of(online_retail), lang=lang)
    shown = {figure.id.split(".")[0] + "." + figure.id.split(".")[-1]: figure for figure in page.figures}
    refused, headline = word("front.not_identified", lang), online_retail.headline.id
    assert shown[f"effect.{headline}"].value == refused == shown["change.net"].value
    assert unmarked(shown[f"retention.{headline}"].value).endswith(f"% → {refused}")
    assert "→ £" in unmarked(shown["change.cost"].value) and not page.alarm
    assert {part.standing for part in page.evidence} == {"not_identified"}
    assert page.pilot and page.tone == "pilot" and page.unknowns and not page.caveat


@pytest.mark.parametrize(("verdict", "offered"), [(Verdict.PILOT, True), (Verdict.KEEP, False)])
def test_no_pilot_stands_beside_the_word_that_none_is_worth_it(
    online_retail, facts_of, monkeypatch, verdict, offered
):
    """Without a proposed pilot only the one that would find the effect is left, and it is offered where one is wanted."""
    told = replace(online_retail.recommendation, verdict=verdict)
    facts = facts_of(online_retail)
    monkeypatch.setitem(online_retail.__dict__, "recommendation", told)
    monkeypatch.setitem(online_retail.__dict__, "pilots", ())
    assert "pilot.text" in facts
    assert bool(first_page(online_retail, facts, lang="en").pilot) is offered


def test_what_is_written_is_what_the_exporters_read(demo, facts_of):
    page = first_page(demo, facts_of(demo), lang="zh")
    assert read(payload(page), "zh") == page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_conclusion_that_turned_stands_on_page_one(demo, facts_of, lang):
    """Another verdict, or another policy, than in the report before: old → new, by name; the same says nothing."""
    facts, result = facts_of(demo), demo.recommendation
    now = str(result.verdict), result.policy or demo.baseline.id

    def alarm(verdict, policy, told):
        text = {"zh": told.zh, "en": told.en}
        results = {"verdict": {"value": verdict, "text": text}, "verdict.policy": {"value": policy}}
        mine = facts_of(demo)
        mine.extend(turned(demo, Earlier(Quarter.parse("2026Q2"), Path("."), results)))
        return unmarked(first_page(demo, mine, lang=lang).alarm)

    other = "keep" if now[0] != "keep" else "adopt"
    said = alarm(other, demo.baseline.id, label(f"verdict.{other}"))
    assert "2026Q2" in said and label(f"verdict.{other}").text(lang) in said
    assert said.index(label(f"verdict.{other}").text(lang)) < said.rindex(facts.text("verdict", lang))
    assert alarm(*now, label(f"verdict.{now[0]}")) == ""
    gone = alarm(now[0], "gone_since", label(f"verdict.{now[0]}"))
    assert "gone_since" in gone and facts.text("verdict.policy", lang) in gone
    assert list(turned(demo, None)) == []
