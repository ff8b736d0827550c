"""The track record of a study at one quarter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from toolkit.shown import shown
from toolkit.terms import Label
from toolkit.track.calibration import Calibration, calibrate
from toolkit.track.claim import Claim
from toolkit.track.resolution import Resolution
from toolkit.window import Quarter


@shown("reports", "made", "resolutions", "problems")
@dataclass(frozen=True, eq=False)
class TrackRecord:
    """What earlier reports claimed and what became of it, and what this report claims.

    Attributes
    ----------
    made : tuple of Claim
        Of this report, for later ones.
    resolutions : tuple of Resolution
        Of earlier reports' claims, each claim once, oldest first.
    reports : tuple of Quarter
        Earlier quarters whose claims were read.
    problems : tuple of Label
        Why the claims of a quarter could not be read.
    """

    made: tuple[Claim, ...]
    resolutions: tuple[Resolution, ...]
    reports: tuple[Quarter, ...]
    problems: tuple[Label, ...]

    @cached_property
    def calibration(self) -> Calibration:
        return calibrate(self.resolutions)

    @property
    def misses(self) -> tuple[Resolution, ...]:
        """Claims whose interval what happened did not agree with."""
        return tuple(r for r in self.resolutions if r.inside is False)

    @property
    def unscored(self) -> tuple[tuple[Label, int], ...]:
        """Why claims are not counted, and how many each time, the most frequent first."""
        reasons = Counter(r.reason for r in self.resolutions if r.reason is not None and not r.scored)
        return tuple(reasons.most_common())
