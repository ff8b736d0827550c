"""The contract of a result."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from toolkit.effects.effect import DESIGNS, ESTIMANDS, STATUSES, Effect
from toolkit.effects.pilot import PilotBasis, PilotPlan
from toolkit.effects.reasons import reasons
from toolkit.effects.refusal import refuse
from toolkit.estimate import Estimate

BASIS = PilotBasis.of_share(0.8, {0.3: 6000})
FIGURE = Estimate(0.05, 0.01, 0.09, "points_share")


def test_a_refusal_has_no_figure_anywhere(question):
    effect = refuse(question, "NOPROGRAMME", basis=BASIS, plan=PilotPlan())
    assert effect.status == "not_identified" and effect.evidence == "none"
    held = [getattr(effect, field.name) for field in fields(effect)]
    assert not any(isinstance(value, Estimate) for value in held) and effect.readings == ()
    assert effect.pilot.quarters == question.horizon_quarters


@pytest.mark.parametrize(
    "changes",
    [
        {"estimate": FIGURE},
        {"std_error": 0.01},
        {"readings": (("itt", FIGURE),)},
        {"evidence": "identified"},
        {"reasons": ()},
        {"pilot": None},
        {"status": "identified"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_refusal_cannot_be_dressed_up(question, changes):
    effect = refuse(question, "SMALL", basis=BASIS, plan=PilotPlan())
    with pytest.raises(ValueError, match="identified"):
        replace(effect, **changes)


def test_an_answer_needs_its_error_and_its_evidence(question):
    answer = Effect("cutoff", "identified", "LATE", "identified", question, FIGURE, 0.02)
    assert answer.codes == () and answer.failed == ()
    for changes in ({"std_error": None}, {"estimate": None}, {"evidence": "none"}):
        with pytest.raises(ValueError, match="carries"):
            replace(answer, **changes)
    weak = replace(answer, status="identified_weak", reasons=reasons("FRAGILE"))
    assert weak.codes == ("FRAGILE",)


def test_every_word_a_reader_may_see_is_in_both_languages():
    from toolkit.effects.cutoff.gates import MEANINGS, REFUSING, WEAKENING
    from toolkit.effects.reasons import REASONS

    labels = [*DESIGNS.values(), *STATUSES.values(), *ESTIMANDS.values(), *MEANINGS.values()]
    labels += [label for reason in REASONS.values() for label in (reason.sentence, reason.remedy)]
    for label in labels:
        assert label.zh and label.en
        assert any("\u4e00" <= letter <= "\u9fff" for letter in label.zh)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in label.en)
    # whatever can fail has a meaning and a reason; balance is what chose the cells, so it cannot fail
    assert set(REFUSING) | set(WEAKENING) == set(MEANINGS) - {"balanced_cells"}
    assert set(REFUSING.values()) | set(WEAKENING.values()) <= set(REASONS)


def test_unknown_codes_are_refused():
    with pytest.raises(ValueError, match="unknown reason codes"):
        reasons("NOSUCH")
