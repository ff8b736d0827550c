"""What became of the worlds of a study, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

BANDS = ((0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0))
PER = 1_000
NORMAL = 1.959964
Record = Mapping[str, object]

CONDITIONS: dict[str, Callable[[Record], bool]] = {
    "better": lambda one: one["better"] >= 0.9,
    "adjusted": lambda one: one["adjusted"] >= 0.9,
    "apart": lambda one: one["adjusted"] >= 0.9 and one["apart"] >= 0.9,
    "apart_agree": lambda one: CONDITIONS["apart"](one) and one["picks"] == [one["winner"]] * 2,
    "together": lambda one: one["adjusted"] >= 0.9 and one["together"] >= 0.9,
    "together95": lambda one: one["adjusted"] >= 0.9 and one["together"] >= 0.95,
    "each": lambda one: one["adjusted"] >= 0.9 and min(one["half_better"]) >= 0.9,
    "adjusted95": lambda one: one["adjusted"] >= 0.95,
    "adjusted95_together": lambda one: one["adjusted"] >= 0.95 and one["together"] >= 0.9,
}


def count_choices(records: Sequence[Record]) -> dict[str, object]:
    """Signs, ranks, held-out values, calibration and the winner's curse of the worlds of one setting."""
    policies = [policy for one in records for policy in one["policies"]]
    pairs = np.sum([one["pairs"] for one in records], axis=0)
    good = [one for one in records if one["good"]]
    right = [one["verdict"] == "adopt" and one["adopted_truth"] > 0 for one in good]
    adopted = [one["adopted_truth"] for one in records if one["verdict"] == "adopt"]
    return {
        "worlds": len(records),
        "customers": float(np.mean([one["customers"] for one in records])),
        "without_evidence": mean([one["refused"] for one in records]),
        "pairs": int(pairs[0]),
        "unranked": float(pairs[1] / pairs[0]),
        "point_wrong": float(pairs[2] / pairs[0]),
        "claimed": float(pairs[3] / pairs[0]),
        "claimed_wrong": float(pairs[4] / pairs[0]),
        "claimed_wrong_pairs": int(pairs[4]),
        "rank_agreement": mean([one["rank"] for one in records if one["rank"] is not None]),
        "no_choice": mean([one["chosen"] is None and not one["refused"] for one in records]),
        "interval_holds": mean([p["low"] <= p["truth"] <= p["high"] for p in policies]),
        "chosen": count_chosen(records, "chosen"),
        "searched": count_chosen(records, "searched"),
        "optimum": mean([one["optimum"] / one["customers"] * PER for one in records]),
        "best_truth": mean([one["best_truth"] / one["customers"] * PER for one in records]),
        "bands": bands([claim for one in records for claim in one["claims"]]),
        "good": len(good),
        "good_adopted": mean(right),
        "adopted": len(adopted),
        "adopted_wrongly": int(sum(truth <= 0 for truth in adopted)),
        "null_broken": int(sum(not one["null"] for one in records)),
        "verdicts": Counter(one["verdict"] for one in records),
    }


def count_chosen(records: Sequence[Record], name: str) -> dict[str, object] | None:
    """Naive and held-out value of the choices against the truth; choices of the baseline by both halves left out.

    Money is per year and 1,000 customers.
    """
    found = [one[name] | {"customers": one["customers"]} for one in records if one[name] is not None]
    known = [one for one in found if one["held_high"] > one["held_low"]]
    if not known:
        return None
    naive, naive_truth, held, low, high, truth = (
        np.array([one[column] for one in known])
        for column in ("naive", "naive_truth", "held", "held_low", "held_high", "held_truth")
    )
    spread, many = (high - low) / (2 * NORMAL), np.array([one["customers"] for one in known]) / PER
    return {
        "worlds": len(known),
        "within": mean(np.abs(held - truth) <= 2 * spread),
        "inside": mean((low <= truth) & (truth <= high)),
        "naive_bias": mean((naive - naive_truth) / many),
        "naive_error": error((naive - naive_truth) / many),
        "held_bias": mean((held - truth) / many),
        "held_error": error((held - truth) / many),
        "naive_truth": mean(naive_truth / many),
        "held_truth": mean(truth / many),
    }


def bands(claimed: Sequence[tuple[float, float]]) -> list[dict[str, object]]:
    """Claims to be the best by band, (said, true) each: what was claimed on average and what came true."""
    claims = np.array(claimed, dtype=float).reshape(-1, 2)
    found = []
    for low, high in BANDS:
        mine = (claims[:, 0] >= low) & ((claims[:, 0] < high) | (high == 1.0))
        found.append(
            {
                "low": low,
                "high": high,
                "claims": int(mine.sum()),
                "claimed": mean(claims[mine, 0]),
                "came_true": mean(claims[mine, 1]),
            }
        )
    return found


def count_factors(records: Sequence[Record]) -> dict[str, object]:
    """How often a policy along other factors was ranked, and what pricing it by the cutoff would have said."""
    found: dict[str, object] = {"worlds": len(records), "ranked": int(sum(one["ranked"] for one in records))}
    found["adopted"] = int(sum(one["adopted"] for one in records))
    found["null_broken"] = int(sum(not one["null"] for one in records))
    for name in next(one["priced"] for one in records if one["priced"]):
        priced = np.array(
            [np.multiply(one["priced"][name], PER / one["customers"]) for one in records if one["priced"]]
        )
        found[name] = {
            "truth": mean(priced[:, 0]),
            "priced": mean(priced[:, 1]),
            "wrong_sign": mean(np.sign(priced[:, 0]) != np.sign(priced[:, 1])),
        }
    return found


def count_adoptions(records: Sequence[Record]) -> dict[str, object]:
    """How often the product adopts, and how often each form of its last condition would, rightly and wrongly."""
    good = [one for one in records if one["good"]]

    def shares(truth_of: Callable[[Record], float | None]) -> dict[str, object]:
        """``truth_of`` gives the true value of what is adopted, None where nothing is."""
        adopted = [truth for truth in map(truth_of, records) if truth is not None]
        return {
            "adopted": len(adopted) / len(records),
            "wrongly": sum(truth <= 0 for truth in adopted) / len(records),
            "power": mean([(truth_of(one) or 0.0) > 0 for one in good]),
        }

    found: dict[str, object] = {
        "worlds": len(records),
        "without_evidence": mean([one["refused"] for one in records]),
        "good": len(good),
        "null_broken": int(sum(not one["null"] for one in records)),
        "product": shares(lambda one: one["adopted_truth"]),
    }
    for name, holds in CONDITIONS.items():
        found[name] = shares(
            lambda one, holds=holds: one["winner_truth"] if not one["refused"] and holds(one) else None
        )
    return found


def mean(values: Sequence[float] | np.ndarray) -> float | None:
    """Mean, or None of nothing."""
    return float(np.mean(values)) if len(values) else None


def error(values: np.ndarray) -> float | None:
    """Standard error of the mean, or None of fewer than two."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None


COUNTS: dict[str, Callable[[Sequence[Record]], dict[str, object]]] = {
    "choice": count_choices,
    "factors": count_factors,
    "adoption": count_adoptions,
}
