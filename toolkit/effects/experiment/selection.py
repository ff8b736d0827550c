"""The best of several rules, and how much of its lead is luck.

Method
------
The rule that looks best on the rows that scored it looks better than it is. Beside its naive value stands
the value of *choosing the best*, on rows that had no part in the choice: in each fold the rule is chosen on
the other folds, by forecasts that never saw the fold, and valued in the fold. Chances of being best and the
regret to expect come from the joint sampling law of the differences (normal, all rules on the same rows).
Folds share the rows that chose for them, so the cross-fitted value takes the largest error of the rules
chosen where its own is smaller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from toolkit.effects.experiment.logged import LoggedDecisions, Target, target_table
from toolkit.effects.experiment.off_policy import OffPolicyValue, value_of
from toolkit.effects.experiment.scored_log import OffPolicySettings, ScoredLog, average, interval, score_log
from toolkit.estimate import Estimate
from toolkit.shown import shown

BASELINE = "baseline"
DRAWS = 20_000


@shown("winner", "cross_fitted", "naive", "comparisons")
@dataclass(frozen=True, slots=True)
class Selection:
    """What choosing the best of several rules brings, in the unit of the reward and per row of the log.

    Attributes
    ----------
    winner : str or None
        Rule with the highest value, ``"baseline"`` where none is above the rule in force; None where no
        rule has a value.
    naive : Estimate or None
        Value of the winner on the rows that chose it: too good, on average.
    cross_fitted : Estimate or None
        Value of choosing the best, on rows that had no part in the choice. Its interval is never shorter
        than that of any rule chosen; where many rules are equally good it still covers somewhat less than
        it promises.
    p_best : mapping of rule to share
        Chance that each is best, the rule in force among them.
    regret : float or None
        Expected loss from the winner not being best.
    chosen : mapping of rule to int
        How often each was chosen, once per fold.
    values : mapping of rule to OffPolicyValue
        Every rule asked about, also those without a value.
    """

    winner: str | None
    naive: Estimate | None
    cross_fitted: Estimate | None
    p_best: Mapping[str, float]
    regret: float | None
    chosen: Mapping[str, int]
    values: Mapping[str, OffPolicyValue]

    @property
    def comparisons(self) -> int:
        """Rules compared with the rule in force."""
        return len(self.values)

    @property
    def luck(self) -> float | None:
        """Naive less cross-fitted value: the part of the lead that is the winner's curse."""
        return None if self.naive is None else self.naive.value - self.cross_fitted.value


def best_of(
    log: LoggedDecisions,
    policies: Mapping[str, Target],
    baseline: Target,
    settings: OffPolicySettings | None = None,
) -> Selection:
    """Choose among ``policies`` and the rule in force, and value the choice honestly.

    Rules that are not identified are listed and take no part.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.effects.experiment.scored_log import OffPolicySettings
    >>> rng = np.random.default_rng(1)
    >>> arm = np.tile(["none", "gift", "call"], 1_000)
    >>> stayed = (rng.random(3_000) < np.where(arm == "gift", 0.9, 0.8)).astype(float)
    >>> log = toolkit.LoggedDecisions(stayed, arm, dict.fromkeys(["none", "gift", "call"], 1 / 3))
    >>> settings = OffPolicySettings(unit="points_share")
    >>> policies = {"all gifts": "gift", "all calls": "call"}
    >>> found = toolkit.best_of(log, policies, "none", settings)
    >>> found.winner, found.cross_fitted
    ('all gifts', Estimate(+10.2 pp [+7.1, +13.3]))
    """
    settings = settings or OffPolicySettings()
    if BASELINE in policies:
        raise ValueError(f"{BASELINE!r} is the name of the rule in force; give the policy another")
    scored, n = score_log(log, settings), len(log.reward)
    force = target_table(baseline, log.labels, n)
    tables = {name: target_table(rule, log.labels, n) for name, rule in policies.items()}
    values = {
        name: value_of(scored, table, force, settings, not log.estimated) for name, table in tables.items()
    }
    running = [name for name, value in values.items() if value.change is not None]
    if not running:
        return Selection(None, None, None, {}, None, {}, values)
    return _among(scored, [tables[name] - force for name in running], [BASELINE, *running], values, settings)


def _among(
    scored: ScoredLog,
    moved: list[np.ndarray],
    names: list[str],
    values: dict[str, OffPolicyValue],
    settings: OffPolicySettings,
) -> Selection:
    """The choice among the rules that have a value; ``names`` begins with the rule in force."""
    parts = _parts(scored, moved, None)
    best = int(parts.mean(axis=0).argmax())
    honest, picks = _held_out(scored, moved)
    errors = [
        average(part, scored.cluster, settings)[1] for part in (honest, *parts[:, sorted(set(picks))].T)
    ]
    chances, regret = _chances(parts, scored.cluster, best, settings.seed)
    return Selection(
        names[best],
        average(parts[:, best], scored.cluster, settings)[0],
        interval(float(honest.mean()), max(errors), int(scored.cluster.max()) + 1, settings),
        dict(zip(names, chances, strict=True)),
        regret,
        {name: picks.count(j) for j, name in enumerate(names)},
        values,
    )


def _parts(scored: ScoredLog, moved: list[np.ndarray], held_out: int | None) -> np.ndarray:
    """Contribution of each row to each change, shape (n, 1 + rules); the rule in force comes first with
    zeros."""
    q = scored.q if held_out is None else scored.model.forecast(held_out)
    return np.column_stack([np.zeros(len(q)), *(scored.contributions(change, q) for change in moved)])


def _held_out(scored: ScoredLog, moved: list[np.ndarray]) -> tuple[np.ndarray, list[int]]:
    """Contributions of the rows under the rule that the other folds choose, and the choices."""
    fold = scored.model.fold
    whole = _parts(scored, moved, None)
    honest, picks = np.empty(len(fold)), []
    for f in range(int(fold.max()) + 1):
        inside = fold == f
        pick = int(_parts(scored, moved, f)[~inside].mean(axis=0).argmax())
        honest[inside] = whole[inside, pick]
        picks.append(pick)
    return honest, picks


def _chances(parts: np.ndarray, cluster: np.ndarray, best: int, seed: int) -> tuple[list[float], float]:
    """Chance of each column to have the highest mean, and the expected lead of the highest over ``best``."""
    means = parts.mean(axis=0)
    sums = np.array([np.bincount(cluster, column) for column in (parts - means).T]).T
    cov = len(sums) / max(len(sums) - 1, 1) * (sums.T @ sums) / len(parts) ** 2
    values, vectors = np.linalg.eigh(cov)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    draws = means + np.random.default_rng(seed).standard_normal((DRAWS, len(means))) @ root.T
    highest = draws.argmax(axis=1)
    chances = np.bincount(highest, minlength=len(means)) / DRAWS
    return chances.tolist(), float((draws.max(axis=1) - draws[:, best]).mean())
