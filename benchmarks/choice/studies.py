"""The worlds of each study, and what is kept of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

import numpy as np
import pandas as pd
from scipy import stats
from through import (
    PLAUSIBLE,
    SHARE,
    Compared,
    net_of,
    put_through,
    source_at_the_bar,
    source_by_lot,
)
from worlds import (
    BARS,
    NEEDS,
    any_world,
    bar_at,
    best_bar,
    by_lot,
    direction,
    fixed_rules,
    found_company,
    gain,
    need_and_spend,
    optimum,
    true_value,
    weighted,
    worth,
)

from toolkit.comparison.choice import Choice
from toolkit.comparison.parts import Drawn
from toolkit.comparison.standing import standing
from toolkit.synthetic.world import World
from toolkit.terms import Label

SEED = 20261122
COST = 1_000.0
NORMAL = 1.959964
FACTORS: Mapping[str, Mapping[str, float]] = {
    "weighted": {"spend": 0.5, "need": 0.3, "tenure": 0.2},
    "need_heavy": {"spend": 0.2, "need": 0.6, "tenure": 0.2},
}
MANY = 20
PICKED = ("simple", "best_bar")
AROUND = tuple(float(m) for m in np.r_[np.linspace(0.8, 0.98, MANY // 2), np.linspace(1.02, 1.25, MANY // 2)])
HISTORY = Label("只有历史，断点", "history only, by the cutoff")
LOT = Label("抽签试点", "pilot by lot")
RULES = Label("二十个有好有坏的方案，抽签", "twenty rules, good and bad, by lot")
Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Study:
    """A kind of world, asked many times.

    Attributes
    ----------
    id : str
    title : Label
    group : {"choice", "factors", "adoption"}
        How its worlds are counted.
    size : int
        Customers today, and at the earlier review.
    worlds : int
        Drawn in a full run.
    draw : callable
        From a generator and a size to the record of one world.
    """

    id: str
    title: Label
    group: str
    size: int
    worlds: int
    draw: Callable[[np.random.Generator, int], Record]

    def world(self, number: int) -> Record:
        """The record of the world of this number, the same whenever it is drawn."""
        return self.draw(np.random.default_rng([SEED, crc32(self.id.encode()), number]), self.size)


def chosen_by_lot(rng: np.random.Generator, size: int) -> Record:
    """Any world; everybody at the earlier review was drawn by lot."""
    world, cost = any_world(rng)
    company = found_company(rng, size, cost, world, rct=1.0)
    return choice_record(put_through(company, fixed_rules(company), source_by_lot(company), rng))


def chosen_by_history(rng: np.random.Generator, size: int) -> Record:
    """Any world; the bar of the programme is all there is."""
    world, cost = any_world(rng)
    company = found_company(rng, size, cost, world, rct=0.0)
    values = gain(company.population, world, cost)
    bars = [bar_at(0.8, world), bar_at(1.25, world), best_bar(company.population, values, world, "best_bar")]
    rules = [*fixed_rules(company), *bars]
    return choice_record(put_through(company, rules, source_at_the_bar(company), rng))


def along_other_factors(rng: np.random.Generator, size: int) -> Record:
    """The reference world with scores of several factors, and the bar of the programme for evidence."""
    world = World()
    company = found_company(rng, size, COST, world, rct=0.0)
    rules = [bar_at(1.0, world, "current"), *(weighted(w, world, name) for name, w in FACTORS.items())]
    source = source_at_the_bar(company)
    found = put_through(company, rules, source, rng)
    priced = {}
    if source.effect.estimate is not None:
        effect = source.effect.estimate.value
        for rule in rules[1:]:
            moved = direction(rule, rules[0], company.today)
            by_the_bar = float((moved * (effect * worth(company.today, world) - COST)).sum())
            priced[rule.id] = [true_value(rule, rules[0], company), by_the_bar]
    return {
        "customers": len(company.today),
        "ranked": len(found.comparison.rankable(SHARE)),
        "adopted": found.verdict == "adopt",
        "verdict": found.verdict,
        "null": found.null,
        "priced": priced,
    }


def worthless_by_lot(rng: np.random.Generator, size: int, count: int = MANY) -> Record:
    """Nothing works; ``count`` schemes that serve as many others; serving costs nothing; a lot over everybody."""
    world = World(null=True)
    company = found_company(rng, size, 0.0, world, rct=1.0)
    rules = [bar_at(1.0, world, "current"), *(by_lot(i, world) for i in range(count))]
    return adoption_record(put_through(company, rules, source_by_lot(company, learning=False), rng))


def worthless_bars(rng: np.random.Generator, size: int, multiples: Sequence[float] = AROUND) -> Record:
    """Nothing works; bars around that of the programme; serving costs nothing; the programme for evidence."""
    world = World(null=True)
    company = found_company(rng, size, 0.0, world, rct=0.0)
    rules = [bar_at(1.0, world, "current"), *(bar_at(m, world) for m in multiples)]
    return adoption_record(put_through(company, rules, source_at_the_bar(company), rng))


def one_worthless(rng: np.random.Generator, size: int) -> Record:
    """As :func:`worthless_by_lot`, with one scheme."""
    return worthless_by_lot(rng, size, count=1)


def one_worthless_bar(rng: np.random.Generator, size: int) -> Record:
    """As :func:`worthless_bars`, with one bar."""
    return worthless_bars(rng, size, multiples=(0.8,))


def twenty_rules(rng: np.random.Generator, size: int) -> Record:
    """Any world; twenty rules in need and spend, good and bad, and a lot over everybody."""
    world, cost = any_world(rng)
    company = found_company(rng, size, cost, world, rct=1.0)
    floors = [(need, bar) for need in NEEDS for bar in BARS]
    chosen = [floors[i] for i in rng.choice(len(floors), MANY, replace=False)]
    rules = [need_and_spend(need, bar, world, f"rule_{i:02d}") for i, (need, bar) in enumerate(chosen)]
    rules = [bar_at(1.0, world, "current"), *rules]
    return adoption_record(put_through(company, rules, source_by_lot(company, learning=False), rng))


def choice_record(found: Compared) -> Record:
    """What study 1 keeps of a world."""
    truths = truths_of(found)
    base, frame = found.comparison.baseline, found.standing.frame
    ranked = [policy for policy in frame.index if frame.loc[policy, "rankable"]]
    return {
        "customers": len(found.company.today),
        "refused": len(ranked) == 1,
        "policies": [policy_record(frame.loc[policy], truths[policy]) for policy in ranked if policy != base],
        "claims": claims(found, truths),
        "pairs": pairs(found, truths),
        "rank": agreement(frame.loc[ranked, "net"].tolist(), [truths[policy] for policy in ranked]),
        "optimum": optimum(found.company, found.rules[base]),
        "best_truth": max(truths[policy] for policy in ranked),
        "chosen": chosen_record(found.choice, truths, base),
        "searched": chosen_record(found.searched, truths, base),
        "verdict": found.verdict,
        "adopted_truth": truths.get(found.adopted),
        "good": any(truths[policy] > 2 * width(frame.loc[policy]) for policy in ranked if policy != base),
        "null": found.null,
    }


def claims(found: Compared, truths: Mapping[str, float]) -> list[tuple[float, float]]:
    """Probability of being the best as said, and 1 where it is (its part of a tie), for every policy ranked.

    Rules that were picked for being the best in truth stand aside: they would make every other claim wrong.
    """
    apart = {name: found.comparison.title for name in PICKED if name in truths}
    frame = standing(found.comparison.excluding(apart), SHARE, PLAUSIBLE).frame
    ranked = [policy for policy in frame.index if frame.loc[policy, "rankable"]]
    best = [policy for policy in ranked if truths[policy] == max(truths[other] for other in ranked)]
    if len(ranked) == 1:
        return []
    return [(float(frame.loc[p, "best"]), 1 / len(best) if p in best else 0.0) for p in ranked]


def policy_record(row: pd.Series, truth: float) -> Record:
    """What was said of a policy and what is true."""
    return {
        "truth": truth,
        "net": float(row["net"]),
        "low": float(row["low95"]),
        "high": float(row["high95"]),
    }


def width(row: pd.Series) -> float:
    """Standard error of a net value, from its interval."""
    return float(row["high95"] - row["low95"]) / (2 * NORMAL)


def chosen_record(chosen: Choice | None, truths: Mapping[str, float], base: str) -> Record | None:
    """What was claimed of a choice and what is true of it."""
    if chosen is None:
        return None
    picks = [base if pick is None else pick for pick in chosen.picks]
    winner = base if chosen.winner is None else chosen.winner
    return {
        "naive": chosen.naive.value,
        "naive_truth": truths[winner],
        "held": chosen.held_out.value,
        "held_low": chosen.held_out.low,
        "held_high": chosen.held_out.high,
        "held_truth": float(np.mean([truths[pick] for pick in picks])),
        "picks": picks,
        "winner": winner,
    }


def truths_of(found: Compared) -> dict[str, float]:
    """True net value of every rule against the baseline."""
    base = found.rules[found.comparison.baseline]
    return {name: true_value(rule, base, found.company) for name, rule in found.rules.items()}


def pairs(found: Compared, truths: Mapping[str, float]) -> list[int]:
    """Pairs of policies: all, not rankable, of the wrong sign, claimed at 95 %, and claimed wrongly."""
    nets = {change.policy: net_of(change) for change in found.comparison.rankable(SHARE)}
    nothing = 0 * next(iter(nets.values())) if nets else None
    nets[found.comparison.baseline] = nothing
    counted = [0, 0, 0, 0, 0]
    for one, other in combinations(found.standing.frame.index, 2):
        counted[0] += 1
        if one not in nets or other not in nets:
            counted[1] += 1
            continue
        apart, true = nets[one] - nets[other], truths[one] - truths[other]
        low, high = np.quantile(apart.draws, [0.025, 0.975])
        claimed = low > 0 or high < 0
        counted[2] += apart.value * true < 0
        counted[3] += bool(claimed)
        counted[4] += bool(claimed and apart.value * true < 0)
    return [int(count) for count in counted]


def agreement(said: Sequence[float], true: Sequence[float]) -> float | None:
    """Kendall's tau; None of fewer than two different policies."""
    tau = stats.kendalltau(said, true).statistic if len(said) > 1 else np.nan
    return None if np.isnan(tau) else float(tau)


def adoption_record(found: Compared) -> Record:
    """What study 3 keeps of a world: all that a last condition could ask of its winner."""
    ranked = found.comparison.rankable(SHARE)
    record: Record = {"verdict": found.verdict, "adopted": found.adopted, "null": found.null}
    if not ranked or found.choice is None:
        return record | {"refused": True, "good": False, "adopted_truth": None}
    frame, base = found.standing.frame, found.rules[found.comparison.baseline]
    names = [change.policy for change in ranked]
    truths = {name: true_value(found.rules[name], base, found.company) for name in names}
    winner = max(names, key=lambda name: frame.loc[name, "net"])
    return (
        record
        | halves_of(found)
        | {
            "refused": False,
            "good": any(truths[name] > 2 * width(frame.loc[name]) for name in names),
            "winner": winner,
            "winner_truth": truths[winner],
            "better": float(frame.loc[winner, "better"]),
            "adjusted": float(frame.loc[winner, "adjusted"]),
            "picks": list(found.choice.picks),
            "adopted_truth": truths.get(found.adopted),
        }
    )


def halves_of(found: Compared) -> dict[str, object]:
    """What each half chose, valued on the other: as two independent errors, each alone, and as one error."""
    held = [
        net_of(half.comparison.change(pick)) if pick else Drawn.nothing(half.comparison.draws.number)
        for pick, half in zip(found.choice.picks, found.halves[::-1], strict=True)
    ]
    together = sum(np.sort(one.draws) for one in held)
    return {
        "half_better": [one.above_zero() for one in held],
        "apart": (held[0] + held[1]).above_zero(),
        "together": float((together > 0).mean()),
    }


STUDIES = (
    Study("history_23k", HISTORY, "choice", 23_000, 200, chosen_by_history),
    Study("lot_6k", LOT, "choice", 5_700, 200, chosen_by_lot),
    Study("lot_23k", LOT, "choice", 23_000, 200, chosen_by_lot),
    Study(
        "factors",
        Label("多因子，只有断点", "several factors, cutoff only"),
        "factors",
        11_500,
        300,
        along_other_factors,
    ),
    Study(
        "worthless_lot",
        Label("二十个无用方案，抽签", "twenty worthless schemes, by lot"),
        "adoption",
        5_700,
        200,
        worthless_by_lot,
    ),
    Study(
        "worthless_bars",
        Label("二十个无用门槛，断点", "twenty worthless bars, by the cutoff"),
        "adoption",
        11_500,
        200,
        worthless_bars,
    ),
    Study(
        "one_lot",
        Label("一个无用方案，抽签", "one worthless scheme, by lot"),
        "adoption",
        5_700,
        200,
        one_worthless,
    ),
    Study(
        "one_bar",
        Label("一个无用门槛，断点", "one worthless bar, by the cutoff"),
        "adoption",
        11_500,
        200,
        one_worthless_bar,
    ),
    Study("rules_6k", RULES, "adoption", 5_700, 100, twenty_rules),
    Study("rules_23k", RULES, "adoption", 23_000, 100, twenty_rules),
)
