"""The best of several rules, and the part of its lead that is luck."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from toolkit.effects.experiment.logged import LoggedDecisions
from toolkit.effects.experiment.scored_log import OffPolicySettings
from toolkit.effects.experiment.selection import BASELINE, best_of

FREE = OffPolicySettings(ratio=0.0)


def log_of(rng: np.random.Generator, gains, n: int = 3_000) -> LoggedDecisions:
    """Arms 0, 1, ... drawn alike; reward is standard normal plus the gain of the arm."""
    arm = rng.permutation(np.arange(n) % len(gains))
    reward = rng.normal(size=n) + np.asarray(gains)[arm]
    return LoggedDecisions(reward, arm, dict.fromkeys(range(len(gains)), 1 / len(gains)))


def test_worthless_rules_look_good_until_they_are_valued_elsewhere():
    """Five worthless rules and the one in force, equal errors: the naive value of the best is the largest
    of six standard normals less one of them, over sqrt(2): 1.267 / 1.414 = .896 errors. The cross-fitted
    value is 0. Equal rules are the hardest case for its interval (methods 3.4 measured 89% and 94%): at
    least 85%. 150 worlds."""
    naive, honest, covered = [], [], []
    for seed in range(150):
        found = best_of(
            log_of(np.random.default_rng(seed), [0.0] * 6), {f"r{j}": j for j in range(1, 6)}, 0, FREE
        )
        error = found.values["r1"].std_error
        naive.append(found.naive.value / error)
        honest.append(found.cross_fitted.value / error)
        covered.append(found.cross_fitted.low <= 0 <= found.cross_fitted.high)
        assert sum(found.chosen.values()) == 5 and found.comparisons == 5
    assert np.mean(naive) == pytest.approx(0.896, abs=3.3 * np.std(naive) / np.sqrt(150))
    assert np.mean(honest) == pytest.approx(0.0, abs=3.3 * np.std(honest) / np.sqrt(150))
    assert np.mean(covered) >= 0.85


def test_chance_and_regret_of_one_rule_are_those_of_a_normal():
    """Closed form: P(best) = Φ(z), expected regret of adopting = s φ(z) − v Φ(−z). 20,000 draws."""
    found = best_of(log_of(np.random.default_rng(1), [0.0, 0.03]), {"r": 1}, 0)
    value, error = found.naive.value, found.values["r"].std_error
    assert found.winner == "r" and value > 0
    z = value / error
    assert found.p_best["r"] == pytest.approx(stats.norm.cdf(z), abs=0.012)
    expected = error * stats.norm.pdf(z) - value * stats.norm.cdf(-z)
    assert found.regret == pytest.approx(expected, rel=0.06)


def test_a_clear_winner_is_no_luck():
    found = best_of(log_of(np.random.default_rng(2), [0.0, 1.0, 0.2]), {"good": 1, "fair": 2}, 0)
    assert found.winner == "good" and found.p_best["good"] > 0.999 and found.chosen["good"] == 5
    assert found.luck == 0.0 and found.cross_fitted == found.naive


def test_keeping_is_a_choice():
    found = best_of(log_of(np.random.default_rng(3), [0.0, -1.0]), {"worse": 1}, 0)
    assert found.winner == BASELINE and found.naive.value == 0.0 and found.cross_fitted.value == 0.0
    assert found.p_best[BASELINE] > 0.999 and found.regret == pytest.approx(0.0, abs=1e-9)


def test_rules_without_a_value_take_no_part():
    log = log_of(np.random.default_rng(4), [0.0, 0.5, 9.0], n=3_000)
    few = np.where(np.arange(3_000) < 60, 2, 0)
    found = best_of(log, {"good": 1, "thin": few}, 0)
    assert found.winner == "good" and "thin" not in found.p_best
    assert found.values["thin"].codes == ("THIN",) and found.comparisons == 2
    none = best_of(log, {"thin": few}, 0)
    assert (none.winner, none.naive, none.cross_fitted, none.regret, none.luck) == (None,) * 5


def test_the_name_of_the_rule_in_force_is_taken():
    with pytest.raises(ValueError, match="is the name of the rule in force"):
        best_of(log_of(np.random.default_rng(5), [0.0, 0.0]), {BASELINE: 1}, 0)
