"""A few worlds of the choice study: the path of a report held against the truth that the simulator knows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

BENCH = Path(__file__).parents[1] / "benchmarks" / "choice"
MODULES = ("worlds", "evidence", "through", "studies", "counting")
WORLDS = range(2)


@pytest.fixture(scope="module")
def bench() -> SimpleNamespace:
    """The modules of the study, with a smaller population and fewer draws."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCH))
        found = SimpleNamespace(**{name: import_module(name) for name in MODULES})
        patch.setattr(found.worlds, "POPULATION", 60_000)
        patch.setattr(found.through, "DRAWS", 300)
        yield found
        for name in MODULES:
            sys.modules.pop(name, None)


def worlds_of(bench: SimpleNamespace, name: str, numbers: Sequence[int] = WORLDS) -> list[dict]:
    study = next(study for study in bench.studies.STUDIES if study.id == name)
    return [study.world(number) for number in numbers]


def test_a_pilot_orders_the_policies_as_the_truth_does(bench):
    """Oracle: no pair claimed the wrong way, ranks agree, the held-out value is near the truth, the null is null."""
    records = worlds_of(bench, "lot_23k")
    counted = bench.counting.count_choices(records)
    assert counted["claimed_wrong_pairs"] == 0 and counted["claimed"] > 0.2
    assert counted["rank_agreement"] > 0.3
    assert counted["null_broken"] == 0 and counted["adopted_wrongly"] == 0
    for one in records:
        chosen = one["chosen"]
        spread = (chosen["held_high"] - chosen["held_low"]) / (2 * bench.counting.NORMAL)
        assert abs(chosen["held"] - chosen["held_truth"]) <= 4 * spread
        assert one["optimum"] >= one["best_truth"]


def test_what_the_bar_cannot_tell_is_never_ranked(bench):
    """Oracle: a score of several factors is worth having, and the effect at the bar would have said otherwise."""
    counted = bench.counting.count_factors(worlds_of(bench, "factors"))
    assert (counted["ranked"], counted["adopted"], counted["null_broken"]) == (0, 0, 0)
    assert counted["need_heavy"]["truth"] > 0 > counted["need_heavy"]["priced"]


def test_nothing_along_other_factors_is_identified_by_the_bar(bench):
    """By construction: the bar varied spend alone, so no switcher of another score has evidence, however near."""
    worlds, through, rng = bench.worlds, bench.through, np.random.default_rng(3)
    world = bench.studies.World()
    company = worlds.found_company(rng, 8_000, 1_000.0, world, 0.0)
    score = worlds.weighted({"spend": 0.9, "need": 0.1}, world, "nearly_spend")
    rules = [worlds.bar_at(1.0, world, "current"), score]
    found = through.put_through(company, rules, through.source_at_the_bar(company), rng)
    (change,) = found.comparison.changes
    assert change.moved > 100 and change.share("identified") == change.share("extrapolated") == 0.0
    assert not change.values


def test_history_ranks_bars_alone(bench):
    """By construction: the bar in force, two beside it, and at most two more by spend alone, of eight policies: at
    most ten of their 28 pairs."""
    for one in worlds_of(bench, "history_23k"):
        pairs, unranked = one["pairs"][:2]
        assert pairs == 28 and unranked >= 18 and one["null"]


def test_worthless_schemes_that_look_good_are_not_adopted(bench):
    """Oracle: nothing works. Of twenty schemes the best looks good by chance, and in these worlds it passes all but
    the other half of the customers."""
    records = worlds_of(bench, "worthless_lot", (12, 18))
    assert all(one["better"] > 0.95 and one["adjusted"] > 0.9 for one in records)
    counted = bench.counting.count_adoptions(records)
    assert counted["adjusted"]["adopted"] == 1 and counted["product"]["adopted"] == 0
    assert counted["null_broken"] == 0


def test_no_rule_beats_the_optimum_and_the_search_finds_the_best_of_its_grid(bench):
    """Slow twin: every pair of floors of the grid, one by one."""
    worlds, rng = bench.worlds, np.random.default_rng(1)
    world, cost = worlds.any_world(rng)
    company = worlds.found_company(rng, 2_000, cost, world, 1.0)
    crowd, current = company.population, worlds.bar_at(1.0, world, "current")
    values = worlds.gain(crowd, world, cost)
    grid = [worlds.need_and_spend(n, b, world, f"{n} {b}") for n in worlds.NEEDS for b in worlds.BARS]
    slow = max(float(values[rule.serves(crowd)].sum()) for rule in grid)
    quick = worlds.best_need_and_spend(crowd, values, world, "quick")
    assert float(values[quick.serves(crowd)].sum()) == pytest.approx(slow)
    highest = worlds.optimum(company, current)
    assert all(worlds.true_value(rule, current, company) <= highest for rule in worlds.fixed_rules(company))


def test_claims_are_counted_by_band(bench):
    """By hand: two claims at 0.4, one of which came true, and one at 0.95."""
    found = bench.counting.bands([(0.4, 1.0), (0.4, 0.0), (0.95, 1.0), (0.1, 0.0)])
    assert [(band["claims"], band["came_true"]) for band in found] == [
        (2, 0.5),
        (0, None),
        (0, None),
        (1, 1.0),
    ]
