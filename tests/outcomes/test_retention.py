from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.outcomes.intervals import wilson
from toolkit.outcomes.retained import retained_after
from toolkit.outcomes.retention import known_reviews, raw_gap, retention_by_grade
from toolkit.params.study import RetentionParams
from toolkit.policy import walk


def definition(kind: str, quarters: int) -> RetentionParams:
    return RetentionParams.model_validate(
        {
            "id": f"{kind}_{quarters}",
            "title": {"zh": "留存", "en": "retention"},
            "kind": kind,
            "quarters": quarters,
        }
    )


DEFINITIONS = [
    definition("bought_within", 1),
    definition("bought_within", 3),
    definition("bought_in", 2),
    definition("spend_kept", 2),
]


def slow_outcome(spend: list[float], review: int, what: RetentionParams) -> float | None:
    """One customer, read off the definition."""
    after = spend[review + 1 : review + 1 + what.quarters]
    if what.kind == "bought_within":
        return float(any(s > 0 for s in after))
    if what.kind == "bought_in":
        return float(after[-1] > 0)
    before = sum(spend[review + 1 - what.quarters : review + 1])
    return min(sum(after) / before, 1.0) if before > 0 else None


def slow_size(found: list[tuple[float, str]]) -> float:
    """Independent observations of the same precision: p (1 - p) over the variance of the mean, the
    latter from each customer's summed deviations, and at least that of independent observations."""
    share = sum(kept for kept, _ in found) / len(found)
    deviations: dict[str, float] = {}
    for kept, customer in found:
        deviations[customer] = deviations.get(customer, 0.0) + kept - share
    clustered = sum(d**2 for d in deviations.values()) / len(found) ** 2
    independent = sum((kept - share) ** 2 for kept, _ in found) / len(found) ** 2
    return share * (1 - share) / max(clustered, independent)


@pytest.mark.parametrize("what", DEFINITIONS, ids=lambda d: d.id)
@pytest.mark.parametrize("seed", [1, 2])
def test_retention_agrees_with_a_slow_count(make_random_panel, make_policy, first_quarter, seed, what):
    """Independent twin: one loop over reviews and customers, one dictionary of lists."""
    panel = make_random_panel(seed)
    last, ends = first_quarter + 9, first_quarter + 6
    register = walk(make_policy(hold_quarters=1), panel, ends, active_quarters=3)
    spend = panel.cube.cells["gross"].tolist()
    seen: dict[str, list[tuple[float, str]]] = {"A": [], "B": [], "C": []}
    used, undefined = 0, 0
    for review in register.reviews:
        place = review - first_quarter
        if place + what.quarters > 9 or (what.kind == "spend_kept" and place - what.quarters + 1 < 0):
            continue
        used += 1
        for customer, grade in register.at(review)["grade"].items():
            kept = slow_outcome(spend[int(customer[1:])], place, what)
            undefined += kept is None
            seen[grade] += [] if kept is None else [(kept, customer)]
    pooled = retention_by_grade(register, panel, [what], last).pooled.set_index("grade")
    assert (pooled["reviews"] == used).all() and pooled["undefined"].sum() == undefined
    for grade, found in seen.items():
        outcomes = [kept for kept, _ in found]
        assert pooled.loc[grade, "observations"] == len(outcomes)
        assert pooled.loc[grade, "customers"] == len({customer for _, customer in found})
        assert pooled.loc[grade, "retained"] == pytest.approx(np.mean(outcomes))
        expected = [float(end) for end in wilson(np.mean(outcomes), slow_size(found))]
        assert pooled.loc[grade, ["low", "high"]].tolist() == pytest.approx(expected)


def test_a_history_worked_by_hand(make_panel, make_policy, first_quarter):
    """Two quarters of 50 earn A, two of 20 B, less C; reviews at quarters 2 and 3, history of 4.
    Retention in the next quarter. Review 2: A = c0 (buys), B = c1 (does not), C = c2 (buys).
    Review 3: A = c0 (does not), C = c1 (does not) and c2 (buys)."""
    panel = make_panel([[50, 50, 50, 0], [20, 20, 0, 0], [5, 0, 5, 5]])
    register = walk(make_policy(), panel, first_quarter + 2)
    result = retention_by_grade(register, panel, [definition("bought_within", 1)], first_quarter + 3)
    assert result.by_review["retained"].tolist() == pytest.approx([1, 0, 1, 0, np.nan, 0.5], nan_ok=True)
    assert result.by_review["customers"].tolist() == [1, 1, 1, 1, 0, 2]
    assert result.by_review["grade"].tolist() == list("ABCABC")
    assert result.pooled["retained"].tolist() == pytest.approx([1 / 2, 0, 2 / 3])
    assert result.pooled["observations"].tolist() == [2, 1, 3] and result.pooled["customers"].tolist() == [
        1,
        1,
        2,
    ]
    assert result.pooled["grade"].cat.ordered


def test_the_interval_of_one_review_is_wilsons(make_random_panel, make_policy, first_quarter):
    panel = make_random_panel(3, customers=200)
    register = walk(make_policy(), panel, first_quarter + 5)
    by_review = retention_by_grade(register, panel, [DEFINITIONS[0]], first_quarter + 6).by_review
    low, high = wilson(by_review["retained"], by_review["customers"])
    assert by_review["low"].to_numpy() == pytest.approx(low)
    assert by_review["high"].to_numpy() == pytest.approx(high)


def test_reviews_without_a_whole_outcome_window_are_censored(make_random_panel, make_policy, first_quarter):
    """Ten quarters, the last unfinished: the last complete one is number 9, 2026Q1."""
    panel = make_random_panel(4)
    register = walk(make_policy(), panel, first_quarter + 8)
    result = retention_by_grade(register, panel, [definition("bought_within", 2)], first_quarter + 8)
    assert result.censored.to_numpy().tolist() == [
        ["bought_within_2", "2025Q4", "2026Q2"],
        ["bought_within_2", "2026Q1", "2026Q3"],
    ]
    assert result.by_review["review"].unique().tolist()[-1] == "2025Q3"


def test_an_unfinished_quarter_is_not_looked_at(make_random_panel, make_panel, make_policy, first_quarter):
    """Two histories that differ in the tenth quarter only; the ninth is the last complete one."""
    spend = make_random_panel(4).cube.cells["gross"].copy()
    panels = [make_panel(spend), make_panel(np.column_stack([spend[:, :9], spend[:, 9] * 0 + 1e6]))]
    pooled = [
        retention_by_grade(
            walk(make_policy(), p, first_quarter + 8), p, DEFINITIONS, first_quarter + 8
        ).pooled
        for p in panels
    ]
    pd.testing.assert_frame_equal(*pooled)


def test_spend_before_the_history_censors_too(make_random_panel, make_policy, first_quarter):
    panel = make_random_panel(5)
    register = walk(make_policy(), panel, first_quarter + 5)
    known, unknown = known_reviews(register, definition("spend_kept", 3), first_quarter + 9)
    assert unknown == {first_quarter + 1: first_quarter - 1}
    assert known == [first_quarter + i for i in range(2, 6)]


def test_no_known_review_gives_empty_figures_not_an_error(make_random_panel, make_policy, first_quarter):
    panel = make_random_panel(6)
    register = walk(make_policy(every_quarters=4), panel, first_quarter + 9)
    result = retention_by_grade(register, panel, [definition("bought_in", 9)], first_quarter + 9)
    assert result.pooled["observations"].tolist() == [0, 0, 0] and result.pooled["retained"].isna().all()
    assert len(result.by_review) == 0 and len(result.censored) == 3
    assert raw_gap(register, panel, definition("bought_in", 9), first_quarter + 9) is None


def test_spend_kept_is_capped_and_undefined_without_spend_before(make_panel, first_quarter):
    panel = make_panel([[10, 10, 5, 5], [10, 10, 50, 50], [0, 0, 9, 9], [10, 10, 0, 0]])
    kept = retained_after(panel, definition("spend_kept", 2), first_quarter + 1)
    assert kept.tolist() == pytest.approx([0.5, 1.0, np.nan, 0.0], nan_ok=True)


def test_bought_again_next_quarter(make_panel, make_policy, first_quarter):
    """Active within two quarters: at quarter 2 all three, of whom c0 buys in quarter 3; at quarter 3
    c0 and c1, of whom c1 buys in quarter 4."""
    panel = make_panel([[1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 0, 0]])
    register = walk(make_policy(), panel, first_quarter + 3, active_quarters=2)
    overall = retention_by_grade(register, panel, [], first_quarter + 3).overall
    assert overall["quarter"].tolist() == ["2024Q2", "2024Q3"]
    assert overall["active"].tolist() == [3, 2]
    assert overall["retained"].tolist() == pytest.approx([1 / 3, 1 / 2])


def test_the_raw_gap_is_the_difference_and_says_what_it_is(make_random_panel, make_policy, first_quarter):
    """With one review the normal interval of two independent shares (any statistics textbook)."""
    panel = make_random_panel(7, customers=300)
    register = walk(make_policy(every_quarters=12), panel, first_quarter + 5)
    gap = raw_gap(register, panel, DEFINITIONS[0], first_quarter + 9)
    codes = register.codes(first_quarter + 5)
    kept = panel.bought(first_quarter + 6)
    best, rest = kept[codes == 2], kept[(codes >= 0) & (codes < 2)]
    error = np.sqrt(best.var() / len(best) + rest.var() / len(rest))
    expected = best.mean() - rest.mean() + np.array([0, -1, 1]) * 1.959964 * error
    assert [gap.gap.value, gap.gap.low, gap.gap.high] == pytest.approx(expected, abs=1e-6)
    assert (gap.best, gap.rest) == (len(best), len(rest))
    assert "描述" in gap.label.zh and "description" in gap.label.en
    for text in (gap.label.zh, gap.label.en):
        assert not any(word in text for word in ("影响", "效应", "effect", "impact"))
