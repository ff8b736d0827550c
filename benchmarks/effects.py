"""Time the effects: a stacked cutoff with all its checks, the other designs, and the bootstrap; ratios in one run.

``make bench`` prints seconds and, where there is a second implementation among the test tools, how many times as long
it takes for the estimate alone.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np

from toolkit.bootstrap import weighted_sums
from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample
from toolkit.effects.adjusted.single_grade import estimate_adjusted
from toolkit.effects.cutoff.fitting import fit
from toolkit.effects.cutoff.ratio import ratio
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.effects.effect import Question
from toolkit.effects.experiment.estimation import estimate_experiment
from toolkit.effects.experiment.sample import ExperimentDesign, ExperimentSample
from toolkit.effects.rollout.sample import RolloutDesign, RolloutSample
from toolkit.effects.rollout.staggered import estimate_rollout
from toolkit.synthetic.gradeworld import simulate_review
from toolkit.synthetic.world import World
from toolkit.terms import Label

ROWS, CUSTOMERS, REVIEWS = 100_000, 25_000, 4
DRAWS, GRADES = 1_000, 4
WORDS = Label("模拟客户", "simulated customers")
QUESTION = Question(WORDS, WORDS, WORDS, 4)


def stacked() -> CutoffSample:
    """100,000 rows of customers at four reviews."""
    found = simulate_review(World(customers=round(1.02 * ROWS / 0.573)), np.random.default_rng(1))
    score, outcome, received, tenure = (
        column[:ROWS] for column in (found.score, found.outcome, found.treated, found.tenure)
    )
    who, when = np.arange(ROWS) % CUSTOMERS, np.arange(ROWS) // CUSTOMERS
    return CutoffSample(score, World().bar, outcome, received, who, when, {"tenure": tenure})


def seconds(work: Callable[[], object]) -> float:
    """The faster of two runs."""
    taken = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def second_implementation(sample: CutoffSample) -> None:
    """The same estimate by rdrobust, clustered likewise."""
    from rdrobust import rdrobust

    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rdrobust(sample.outcome, sample.x, fuzzy=sample.received.astype(float), cluster=sample.customer)


def bootstrap() -> None:
    """Retention of every grade, drawn anew 1,000 times over customers."""
    rng = np.random.default_rng(1)
    grade, kept = rng.integers(0, GRADES, ROWS), rng.random(ROWS) < 0.8
    member = np.zeros((ROWS, 2 * GRADES))
    member[np.arange(ROWS), grade] = 1
    member[np.arange(ROWS), GRADES + grade] = kept
    sums = weighted_sums(member, DRAWS, 1)
    np.quantile(sums[:, GRADES:] / sums[:, :GRADES], [0.025, 0.975], axis=0)


def main() -> int:
    """Print the table."""
    sample, rng = stacked(), np.random.default_rng(2)
    design = CutoffDesign(QUESTION)
    alone = seconds(lambda: ratio(fit(sample, design).at()))
    facts = {f"fact_{i}": rng.standard_normal(ROWS) for i in range(8)}
    chosen = rng.random(ROWS) < 1 / (1 + np.exp(-facts["fact_0"]))
    adjusted = AdjustedSample(sample.outcome, chosen, facts)
    start = rng.choice([4.0, 6.0, 8.0, np.inf], 20_000)
    rollout = RolloutSample(rng.standard_normal((20_000, 12)).cumsum(axis=1) * 0.1, start)
    arms = rng.random(ROWS) < 0.5
    lot = ExperimentSample(
        sample.outcome, arms, {False: 0.5, True: 0.5}, covariates=dict(list(facts.items())[:6])
    )
    table = {
        "cutoff, 100,000 rows at 4 reviews, all checks": seconds(lambda: estimate_cutoff(sample, design)),
        "cutoff, the estimate alone": alone,
        "adjusted, 100,000 rows, 8 factors": seconds(
            lambda: estimate_adjusted(adjusted, AdjustedDesign(QUESTION))
        ),
        "rollout, 20,000 customers, 12 periods, 4 starts": seconds(
            lambda: estimate_rollout(rollout, RolloutDesign(QUESTION))
        ),
        "experiment, 100,000 rows, 6 covariates": seconds(
            lambda: estimate_experiment(lot, ExperimentDesign(QUESTION))
        ),
        "bootstrap, 1,000 draws, 100,000 customers, 4 grades": seconds(bootstrap),
    }
    for name, taken in table.items():
        print(f"{name:<52} {taken:7.2f} s")
    with contextlib.suppress(ImportError):
        other = seconds(lambda: second_implementation(sample))
        print(f"{'rdrobust takes for the estimate alone':<52} {other / alone:7.1f} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
