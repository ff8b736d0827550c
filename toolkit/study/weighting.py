"""Weights of the scored policies of a study: versions side by side, and what hangs on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from toolkit.outcomes.scoring import Scoring, VersionsPlan
from toolkit.outcomes.weight_versions import WeightVersions, rank_acceptability, weight_versions
from toolkit.panel import Panel
from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.schemes.scored import ScoredScheme
from toolkit.shown import shown
from toolkit.window import Quarter


@shown("policies", "versions")
@dataclass(frozen=True, slots=True, eq=False)
class StudyWeights:
    """Weights of the scored policies of one study.

    Attributes
    ----------
    policies : tuple of Policy
        Those whose versions are shown: the baseline where it has a weighted score, else each alternative that has.
    versions : mapping of policy to WeightVersions
        Of ``policies``.
    scored : tuple of Policy
        Every policy of the study with a weighted score.
    acceptability : DataFrame or None, index concentration, columns policies
        Share of draws in which each is best; None where fewer than two can be judged.
    """

    policies: tuple[Policy, ...]
    versions: Mapping[str, WeightVersions]
    scored: tuple[Policy, ...]
    acceptability: pd.DataFrame | None

    def __iter__(self) -> Iterator[tuple[Policy, WeightVersions]]:
        """Each policy shown, with its versions."""
        return ((policy, self.versions[policy.id]) for policy in self.policies)


def study_weights(
    policies: Sequence[Policy],
    registers: Mapping[str, Register],
    panel: Panel,
    quarter: Quarter,
    plan: VersionsPlan,
) -> StudyWeights | None:
    """Versions of the weights of a study; None where no policy has a weighted score.

    Parameters
    ----------
    policies : sequence of Policy
        Baseline first.
    registers : mapping of policy to Register
    panel : Panel
    quarter : Quarter
        The quarter of the report.
    plan : VersionsPlan
    """
    scored = tuple(p for p in policies if isinstance(registers[p.id].scheme, ScoredScheme))
    if not scored:
        return None
    scorings = [Scoring(policy, registers[policy.id], panel) for policy in scored]
    shown = scorings[:1] if scored[0] is policies[0] else scorings
    return StudyWeights(
        policies=tuple(scoring.policy for scoring in shown),
        versions={s.policy.id: weight_versions(s, quarter, plan) for s in shown},
        scored=scored,
        acceptability=rank_acceptability(scorings, quarter, plan),
    )
