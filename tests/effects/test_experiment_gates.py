"""Experiments that must be refused or flagged, and the ones that must not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toolkit.effects.experiment import gates, off_policy
from toolkit.effects.experiment.draw import balance_p_value, ratio_p_value
from toolkit.effects.experiment.estimation import estimate_experiment
from toolkit.effects.experiment.propensity import probabilities
from toolkit.effects.experiment.sample import ExperimentDesign, ExperimentSample
from toolkit.effects.experiment.wording import explain
from toolkit.errors import HistoryError

HALF = {False: 0.5, True: 0.5}


@pytest.fixture
def trial(question):
    return ExperimentDesign(question)


def plain(seed=1, n=2_000, share=0.5, **changes) -> ExperimentSample:
    rng = np.random.default_rng(seed)
    arm = rng.random(n) < share
    sample = ExperimentSample(
        (rng.random(n) < 0.8).astype(float), arm, HALF, covariates={"x": rng.normal(size=n)}
    )
    return replace(sample, **changes)


def refused(effect, code):
    assert effect.status == "not_identified" and code in effect.codes
    assert effect.estimate is None and effect.readings == () and effect.picture is None
    assert "None" not in effect.pilot.text.zh and "nan" not in effect.pilot.text.en
    return True


def test_sample_ratio_is_pearsons_test():
    """Twin: scipy's chi-square of observed against planned numbers."""
    codes = np.repeat([0, 1, 2], [480, 290, 230])
    planned = np.tile([0.5, 0.3, 0.2], (1000, 1))
    twin = stats.chisquare([480, 290, 230], [500, 300, 200]).pvalue
    assert ratio_p_value(codes, planned, np.zeros(1000, int)) == pytest.approx(twin)


def test_a_shifted_ratio_is_refused(trial):
    """10% of those drawn in are missing from the table: 900 against 1,000 of 1,900, p = .02, passes; of
    19,000 it fails. Plan and table agree again when the plan says so."""
    sample = plain(n=20_000)
    kept = ~sample.arm | (np.random.default_rng(2).random(20_000) < 0.9)
    short = replace(sample.where(kept), planned=HALF)
    assert refused(estimate_experiment(short, trial), "SAMPLERATIO")
    assert "assignment is not what was planned" in estimate_experiment(short, trial).reasons[0].sentence.en
    told = replace(short, planned={False: 10 / 19, True: 9 / 19})
    assert estimate_experiment(told, trial).status == "identified"


def test_shifts_that_cancel_between_strata_are_seen():
    codes = np.r_[np.repeat([0, 1], [650, 350]), np.repeat([0, 1], [350, 650])]
    stratum, planned = np.repeat([0, 1], 1000), np.full((2000, 2), 0.5)
    assert ratio_p_value(codes, planned, stratum) < 1e-9 < ratio_p_value(codes, planned, np.zeros(2000, int))


def test_clusters_are_counted_not_their_rows(trial):
    """20 branches of very different size: rows are 2 to 1, branches 10 to 10."""
    arm = np.repeat([False, True] * 10, [100, 200] * 10)
    rng = np.random.default_rng(3)
    sample = ExperimentSample(
        rng.normal(size=3_000), arm, HALF, cluster=np.repeat(np.arange(20), [100, 200] * 10)
    )
    assert "SAMPLERATIO" not in estimate_experiment(sample, trial).codes
    assert "SAMPLERATIO" in estimate_experiment(replace(sample, cluster=None), trial).codes


def test_balance_is_uniform_under_the_draw_and_sees_a_bad_one(trial):
    """300 draws: p-values as uniform as Kolmogorov-Smirnov can tell at 1 in 1,000; a draw by x is refused."""
    rng = np.random.default_rng(4)
    x, none = rng.normal(size=(300, 3)), np.zeros(300, int)
    found = [
        balance_p_value(rng.permutation(np.arange(300) < 120), np.full(300, 0.4), x, none) for _ in range(300)
    ]
    assert stats.kstest(found, "uniform").pvalue > 0.001
    sample = plain()
    x = sample.covariates["x"] + 0.3 * sample.arm
    assert refused(estimate_experiment(replace(sample, covariates={"x": x}), trial), "LOPSIDED")


def test_outcomes_missing_more_in_one_arm_are_refused(trial):
    sample = plain()
    gone = np.random.default_rng(5).random(2_000)
    lost = replace(sample, outcome=np.where(sample.arm & (gone < 0.15), np.nan, sample.outcome))
    assert refused(estimate_experiment(lost, trial), "ATTRITION")
    even = replace(sample, outcome=np.where(gone < 0.1, np.nan, sample.outcome))
    assert estimate_experiment(even, trial).status == "identified"
    many = replace(sample, outcome=np.where(gone < 0.3, np.nan, sample.outcome))
    assert estimate_experiment(many, trial).codes == ("ATTRITION",)


def test_open_outcome_windows_are_left_out_and_said(trial):
    """Rows whose window is open count for the draw alone; their provisional outcome (0) must not."""
    sample = plain()
    closed = np.arange(2_000) < 1_500
    partly = replace(sample, outcome=np.where(closed, sample.outcome, 0.0), complete=closed)
    effect, whole = estimate_experiment(partly, trial), estimate_experiment(sample.where(closed), trial)
    assert effect.status == "identified_weak" and effect.codes == ("CENSORED",)
    assert effect.estimate == whole.estimate and effect.n == 2_000 and effect.n_effective == 1_500
    assert refused(estimate_experiment(replace(sample, complete=np.zeros(2_000, bool)), trial), "CENSORED")


def test_too_little_is_refused(trial):
    """Rows, events and units drawn each have a least number."""
    assert refused(estimate_experiment(plain(n=40), trial), "SMALL")
    rare = replace(plain(), outcome=(np.arange(2_000) < 12).astype(float))
    assert refused(estimate_experiment(rare, trial), "SMALL")
    cluster = np.arange(2_000) // 334
    few = replace(plain(covariates={}), arm=cluster % 2 == 0, cluster=cluster)
    assert refused(estimate_experiment(few, trial), "SMALL")
    cluster = np.arange(2_000) // 167
    some = replace(few, arm=cluster % 2 == 0, cluster=cluster)
    assert estimate_experiment(some, trial).codes == ("FEWDRAWN",)


def test_an_empty_table_is_refused_not_broken(trial):
    effect = estimate_experiment(ExperimentSample(np.empty(0), np.empty(0, bool), HALF), trial)
    assert refused(effect, "CENSORED") and effect.pilot.text.en.startswith(
        "There is nobody to draw lots among"
    )


def test_strata_given_whole_to_one_arm_cannot_be_compared(trial):
    sample = plain(covariates={})
    stratum = np.arange(2_000) % 10
    arm = np.where(stratum == 0, True, sample.arm)
    chance = np.where(stratum == 0, 1.0, 0.5)
    assert refused(
        estimate_experiment(replace(sample, arm=arm, planned=chance, stratum=stratum), trial), "NOOVERLAP"
    )


@pytest.mark.parametrize(
    ("planned", "counted"),
    [
        (np.array([[0.5, 0.5], [0.5, 0.6], [0.2, 0.9]]), ("2 row(s)", "row 1", "1.1")),
        (np.array([[0.5, 0.5], [0.5, 0.5], [1.2, -0.2]]), ("1 row(s)", "row 2")),
        (np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]), ("1 row(s)", "row 2", "propensity 0")),
        (np.array([0.5, np.nan, 0.5]), ("1 row(s)", "row 1", "missing")),
        (np.array([0.5, 0.5]), ("2 rows", "3 rows")),
        (np.ones((3, 3)) / 3, ("2 arms", "(3, 3)")),
    ],
)
def test_propensities_that_cannot_be_right_are_refused(planned, counted):
    """In both languages, with how many rows and the first of them."""
    with pytest.raises(HistoryError) as caught:
        probabilities(planned, (False, True), np.array([0, 1, 0]))
    assert all(part in caught.value.en for part in counted)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.zh)


def test_arms_that_were_not_planned_are_refused():
    with pytest.raises(HistoryError, match=r"1 row\(s\) have no arm.*first: row 2"):
        ExperimentSample(np.zeros(3), np.array(["A", "B", "C"]), {"A": 0.5, "B": 0.5}, control="A")
    with pytest.raises(HistoryError, match="needs its control arm 'X'"):
        ExperimentSample(np.zeros(2), np.array(["A", "B"]), {"A": 0.5, "B": 0.5}, control="X")
    with pytest.raises(HistoryError, match="'x' has shape"):
        ExperimentSample(np.zeros(2), np.array([True, False]), HALF, covariates={"x": np.zeros(3)})


def test_every_check_and_code_has_words():
    """In both languages, for experiments and for logged lots."""
    for room in (gates, off_policy):
        assert set(room.REFUSING) | set(room.WEAKENING) <= set(room.MEANINGS)
        codes = set(room.REFUSING.values()) | set(room.WEAKENING.values())
        labels = [text for why in explain(*codes) for text in (why.sentence, why.remedy)]
        assert len(labels) == 2 * len(codes)
        for label in (*labels, *room.MEANINGS.values()):
            assert label.en.isascii() and any("\u4e00" <= letter <= "\u9fff" for letter in label.zh)


@pytest.mark.parametrize("kept", [slice(0, 0), slice(0, 40)])
def test_no_row_or_no_known_outcome_is_refused_without_a_murmur(trial, kept):
    """Warnings are errors here: a share of no rows is not taken."""
    rows = np.zeros(2_000, dtype=bool)
    rows[kept] = True
    sample = replace(plain(covariates={}), complete=np.zeros(2_000, dtype=bool)).where(rows)
    effect = estimate_experiment(replace(sample, planned=HALF), trial)
    assert refused(effect, "CENSORED")
    assert ("window" in {check.id for check in effect.checks}) == bool(rows.any())
