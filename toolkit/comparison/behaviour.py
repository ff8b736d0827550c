"""What the alternatives would be worth if customers reacted as somebody declares, beside their static value.

Two reactions are priced: customers a little below a bar push their measure over it, and customers with a worse
package leave in addition and recruit fewer new ones. All of it rests on declared elasticities and is kept apart
by its type: a :class:`Behavioural` amount is no number and no draw, it cannot be added to a static value, ranked or
compared, and what ranks and judges takes none.

Does not show
-------------
Whether anybody reacts. Those who reach a bar bring the margin that is new and cost what its grade costs; that they
would also stay longer is not assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import LINES
from toolkit.comparison.scenarios import Exposure, SpillOver, expected_factor
from toolkit.comparison.standing import rankable_parts
from toolkit.shown import shown

REACHING, NEGLECT, WORD_OF_MOUTH = "reaching", "neglect", "word_of_mouth"
HIGHEST = {REACHING: 1.0, NEGLECT: 1.0, WORD_OF_MOUTH: np.inf}
"""Elasticities in the order of the results, with the highest value that each can have."""


@shown("amount")
@dataclass(frozen=True, slots=True)
class Behavioural:
    """An amount that rests on declared reactions, money per year."""

    amount: float


@dataclass(frozen=True, slots=True)
class Reaching:
    """How customers reach for a bar: those below it by at most ``within`` of it, what ``share`` of them do, and what
    share of what they push is ``new`` (all 0..1)."""

    within: float
    share: float
    new: float


@dataclass(frozen=True, slots=True)
class Elasticities:
    """Declared reactions; None where there is none."""

    reaching: Reaching | None = None
    neglect: SpillOver | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """What is above each customer under one policy.

    Attributes
    ----------
    missing : array, shape (n,)
        What the customer lacks to the next bar, as a share of the bar; infinite where there is none.
    pushed : array, shape (n,)
        Yearly margin on what is lacking, money.
    price : array, shape (n,)
        Yearly cost of the grade above the present one, money.
    """

    missing: np.ndarray
    pushed: np.ndarray
    price: np.ndarray

    def gain(self, reaching: Reaching, margin: float) -> float:
        """Money per year if everybody near enough reached for the bar; ``margin`` multiplies what they push."""
        near = self.missing <= reaching.within
        return float((margin * reaching.new * self.pushed[near] - self.price[near]).sum())


@shown("policy", "static", "behavioural", "flips")
@dataclass(frozen=True, slots=True)
class Reaction:
    """One alternative without and with the declared reactions.

    Attributes
    ----------
    policy : str
    static : float
        Net value without any reaction, money per year.
    behavioural : Behavioural
        Net value with all of them.
    responses : mapping of elasticity to Behavioural
        What each adds.
    declared : mapping of elasticity to float
    flips_at : mapping of elasticity to float
        Value of this elasticity, the others as declared, at which the alternative is worth what the baseline is;
        NaN where no possible value brings that about.
    """

    policy: str
    static: float
    behavioural: Behavioural
    responses: Mapping[str, Behavioural]
    declared: Mapping[str, float]
    flips_at: Mapping[str, float]

    @property
    def flips(self) -> bool:
        """Whether the reactions turn the sign of the static value."""
        return bool(np.sign(self.behavioural.amount) * np.sign(self.static) < 0)


@shown("reactions", "without_bar")
@dataclass(frozen=True, slots=True)
class Behaviour:
    """Every rankable alternative without and with the declared reactions.

    Attributes
    ----------
    elasticities : Elasticities
    reactions : tuple of Reaction
        In the order of the comparison.
    without_bar : tuple of str
        Policies, the baseline included, that have no bar in money that a customer could reach for.
    """

    elasticities: Elasticities
    reactions: tuple[Reaction, ...]
    without_bar: tuple[str, ...] = field(default=())

    def table(self) -> pd.DataFrame:
        """For display: index ``policy``, columns ``static``, one for each elasticity, ``behavioural`` (money per
        year) and ``flips`` (bool)."""
        rows = {
            one.policy: {
                "static": one.static,
                **{name: one.responses[name].amount for name in HIGHEST},
                "behavioural": one.behavioural.amount,
                "flips": one.flips,
            }
            for one in self.reactions
        }
        columns = ["static", *HIGHEST, "behavioural", "flips"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("policy")

    def turning_points(self) -> pd.DataFrame:
        """For display: index (``policy``, ``elasticity``), columns ``declared``, ``flips_at``."""
        rows = [
            (one.policy, name, one.declared[name], one.flips_at[name])
            for one in self.reactions
            for name in HIGHEST
        ]
        frame = pd.DataFrame(rows, columns=["policy", "elasticity", "declared", "flips_at"])
        return frame.set_index(["policy", "elasticity"])


def reactions(
    comparison: Comparison,
    share: float,
    elasticities: Elasticities,
    bars: Mapping[str, Bars | None],
    exposures: Mapping[str, Exposure],
) -> Behaviour:
    """Price the declared reactions under the headline definition and the first line of extrapolation.

    Parameters
    ----------
    comparison : Comparison
    share : float
        Lowest share of the switchers' margin that must be identified, 0..1.
    elasticities : Elasticities
    bars : mapping of policy, the baseline included, to Bars or None
        None where a policy has no bar that a customer could reach for.
    exposures : mapping of policy to Exposure

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.comparison.scenarios import Exposure, SpillOver
    >>> study = toolkit.example_study()
    >>> talk = toolkit.Elasticities(neglect=SpillOver(retention=0.01, word_of_mouth=0.0))
    >>> exposures = {"abc": Exposure(lowered=43, worth=1_000_000.0, seats=0.0)}
    >>> bars = dict.fromkeys(["vip", "abc"])
    >>> found = toolkit.reactions(study.comparison, 0.8, talk, bars, exposures)
    >>> found.reactions[0].responses["neglect"]
    Behavioural(amount −10,000)
    """
    parts = next(iter(rankable_parts(comparison, share).values()), ())
    declared = _declared(elasticities)
    reaching = elasticities.reaching or Reaching(0.0, 0.0, 0.0)
    found = []
    for p in parts:
        margin = expected_factor(p, "margin")
        new, old = (
            one.gain(reaching, margin) if one else 0.0 for one in (bars[p.policy], bars[comparison.baseline])
        )
        slopes = _Slopes.of(new - old, margin, elasticities.neglect, exposures[p.policy])
        found.append(_reaction(p.policy, p.net_at(LINES[0]), declared, slopes))
    without = tuple(policy for policy, one in bars.items() if one is None)
    return Behaviour(elasticities, tuple(found), without)


@dataclass(frozen=True, slots=True)
class _Slopes:
    """Money per year of a unit of each elasticity; that of word of mouth is per unit of it and of neglect."""

    reaching: float
    neglect: float
    word_of_mouth: float

    @classmethod
    def of(cls, reaching: float, margin: float, neglect: SpillOver | None, exposure: Exposure) -> _Slopes:
        unit = SpillOver(1.0, 1.0, neglect.worth_of_new if neglect else None)
        return cls(reaching, -margin * unit.neglected(exposure), -margin * unit.unrecruited(exposure))

    def responses(self, at: Mapping[str, float]) -> dict[str, float]:
        """What each reaction adds at these elasticities, money per year."""
        return {
            REACHING: at[REACHING] * self.reaching + 0.0,
            NEGLECT: at[NEGLECT] * self.neglect + 0.0,
            WORD_OF_MOUTH: at[WORD_OF_MOUTH] * at[NEGLECT] * self.word_of_mouth + 0.0,
        }


def _declared(elasticities: Elasticities) -> dict[str, float]:
    reaching, neglect = elasticities.reaching, elasticities.neglect
    return {
        REACHING: reaching.share if reaching else 0.0,
        NEGLECT: neglect.retention if neglect else 0.0,
        WORD_OF_MOUTH: neglect.word_of_mouth if neglect else 0.0,
    }


def _reaction(policy: str, static: float, declared: Mapping[str, float], slopes: _Slopes) -> Reaction:
    added = slopes.responses(declared)
    flips_at = {}
    for name, highest in HIGHEST.items():
        none = static + sum(slopes.responses({**declared, name: 0.0}).values())
        slope = static + sum(slopes.responses({**declared, name: 1.0}).values()) - none
        at = -none / slope if slope else np.nan
        flips_at[name] = at if 0 <= at <= highest else np.nan
    return Reaction(
        policy,
        static,
        Behavioural(static + sum(added.values())),
        {name: Behavioural(amount) for name, amount in added.items()},
        declared,
        flips_at,
    )
