"""Facts of the pilots that earlier reports proposed: how far each has come, what it found, what that decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.effects.records.under_lot import overtaken
from toolkit.params.study import RetentionParams
from toolkit.reporting.facts import Fact
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.study.pilot_states import PilotState
from toolkit.terms import Label

LEFT_OUT, WITHOUT = "pilot_state.left_out", "pilot_state.without_outcome"


def pilot_states(study: Study) -> Iterator[Fact]:
    """State of every pilot with the customers drawn; once it is read the change of retention, and what it decides.

    Further what pilots take out of the comparison at the bar: rows, and reviews without an outcome.
    """
    for pilot in study.pilot_states:
        yield from _state(pilot)
        truth = _truth(study, pilot)
        if truth is not None:
            said = _about(pilot, "真值", "true value")
            yield Fact(f"truth.pilot.{pilot.id}", truth, "points_share", said, signed=True)
    rows = study.programme
    if rows is None or not rows.lots:
        return
    drawn = Label("复评时等级由试点抽签决定的行", "rows whose grade a pilot's lot decided at the review")
    yield Fact(LEFT_OUT, rows.in_lot, "rows", drawn)
    month = study.params.fiscal_start_month
    lost = [str(review) for review in rows.reviews if overtaken(rows.lots, study.headline, review, month)]
    if lost:
        without = Label(
            "表现期内试点开始、因而不用的复评",
            "reviews not used, a pilot having begun in their outcome window",
        )
        yield Fact(WITHOUT, " ".join(lost), "text", without)


def pilot_states_told(study: Study) -> list[tuple[str, str, dict[str, Any]]]:
    """The sentences on every pilot: its state, its answer and the truth; then what it takes out elsewhere."""
    told: list[tuple[str, str, dict[str, Any]]] = []
    for pilot in study.pilot_states:
        names = {"pilot": pilot.title}
        told.append((f"pilot_state.{pilot.state}", pilot.id, names))
        if pilot.effect is not None and pilot.effect.estimate is None:
            told.append(("pilot_state.no_answer", pilot.id, names))
        if pilot.decides is not None:
            told.append(("pilot_state.found", pilot.id, names))
            told.append((f"pilot_state.decides.{pilot.decides}", pilot.id, names))
            if _truth(study, pilot) is not None:
                told.append(("pilot_state.truth", pilot.id, names))
    ids = {fact.id for fact in pilot_states(study)}
    return told + [(f"{name}_said", "", {}) for name in (LEFT_OUT, WITHOUT) if name in ids]


def _state(pilot: PilotState) -> Iterator[Fact]:
    name = f"pilot_state.{pilot.id}"
    words = label(f"pilot_state.word.{pilot.state}")
    yield Fact(name, str(pilot.state), "text", _about(pilot, "进展", "state"), words=words)
    yield Fact(f"{name}.drawn", pilot.drawn, "customers", _about(pilot, "参加抽签", "drawn"))
    yield Fact(f"{name}.starts_on", pilot.starts_on.isoformat(), "text", _about(pilot, "开始", "first day"))
    yield Fact(
        f"{name}.known",
        str(pilot.first_known),
        "text",
        _about(pilot, "有答案的季度", "quarter of the answer"),
    )
    if pilot.effect is None:
        return
    yield Fact(f"{name}.design", pilot.effect.design, "text", _about(pilot, "设计", "design"))
    codes = " ".join(pilot.effect.codes)
    yield Fact(f"{name}.codes", codes, "text", _about(pilot, "原因代码", "reason codes"))
    if pilot.effect.estimate is not None:
        change = _about(pilot, "抽中者减未抽中者的留存", "retention of those drawn minus the others")
        yield Fact.of(f"{name}.change", pilot.effect.estimate, change, signed=True)
    if pilot.brought is not None:
        brought = _about(
            pilot, "方案对变动客户带来的留存变化", "change of retention for those the policy moves"
        )
        yield Fact(f"{name}.brought", pilot.brought, "points_share", brought, signed=True)
    if pilot.decides is not None:
        words = label(f"pilot_state.decides_word.{pilot.decides}")
        yield Fact(
            f"{name}.decides", str(pilot.decides), "text", _about(pilot, "决定", "decides"), words=words
        )


def _about(pilot: PilotState, zh: str, en: str) -> Label:
    return Label(f"{pilot.title.zh}：{zh}", f"{pilot.title.en}, {en}")


def _truth(study: Study, pilot: PilotState) -> float | None:
    """What a simulated company knows of a pilot under its definition; None where it does not know."""
    known = (study.history.truth or {}).get("pilots", {}).get(pilot.id)
    if known is None:
        return None
    definition: RetentionParams = next(d for d in study.definitions if d.id == pilot.definition)
    last = definition.quarters if definition.kind == "bought_in" else 1
    return known["effect"].get(str(last)) if definition.kind != "spend_kept" else None
