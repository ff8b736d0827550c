"""A study and its results.

Every result is computed once, when first asked for. Nothing after the report's quarter enters a
result: complete quarters are those known at its end. The results stand in the order of the questions: who is graded
how (:mod:`toolkit.study.graded`), what followed (:mod:`toolkit.study.followed`), what was caused
(:mod:`toolkit.study.caused`), and here what should be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from toolkit.comparison.choice import Choice
from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import Evidence
from toolkit.comparison.movers import Movers
from toolkit.comparison.position import Position
from toolkit.params.unready import Unready, unready
from toolkit.pilots.proposal import PilotProposal
from toolkit.policy import Policy
from toolkit.recommendation.judging import recommend
from toolkit.recommendation.verdict import Because, Recommendation
from toolkit.search.searched import Searched
from toolkit.shown import shown
from toolkit.study.caused import Caused
from toolkit.study.evidence import choice_of, comparison_of, evidence_of
from toolkit.study.moving import movers_of
from toolkit.study.pilot_states import startable
from toolkit.study.piloting import pilots_of
from toolkit.study.positions import position_of
from toolkit.study.searching import searches_of
from toolkit.study.weighing_up import Weighing, weigh_up
from toolkit.terms import Label


@shown("params.id", "quarter", "currency")
@dataclass(frozen=True, eq=False)
class Study(Caused):
    """One report's worth of history and policies, with everything the report says of them."""

    @cached_property
    def unready(self) -> dict[str, Unready]:
        """Alternatives that cannot be judged before something is put in, and what; see :func:`toolkit.params.unready.unready`."""
        return unready([policy.params for policy in self.policies], self.files.rule)

    @property
    def priced(self) -> tuple[Policy, ...]:
        """The policies whose services have a price, in the order of the study."""
        return tuple(policy for policy in self.policies if policy.params.priced)

    @cached_property
    def comparison(self) -> Comparison:
        """Every alternative against the baseline on the same customers."""
        return comparison_of(self)

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        """Where every policy puts the customers compared, the baseline first."""
        return tuple(position_of(self, policy) for policy in self.policies)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the effects of packages on the customers compared rest on."""
        return evidence_of(self)

    @cached_property
    def _choice(self) -> Choice | Label:
        return choice_of(self)

    @property
    def choice(self) -> Choice | None:
        """The choice among the alternatives, valued on customers who had no part in it; None where it cannot be."""
        return self._choice if isinstance(self._choice, Choice) else None

    @property
    def no_choice(self) -> Label | None:
        """Why the choice cannot be valued on other customers; None where it can."""
        return self._choice if isinstance(self._choice, Label) else None

    @cached_property
    def searched(self) -> tuple[Searched, ...]:
        """What the searches of the study found, in the order of the file; empty where it has none."""
        return searches_of(self)

    @cached_property
    def weighing(self) -> Weighing:
        """Standing, frontier, sensitivities, scenarios and declared reactions of the rankable alternatives."""
        return weigh_up(self)

    @cached_property
    def recommendation(self) -> Recommendation:
        """What the rule says of every alternative, and of all together."""
        standing, effect = self.weighing.standing, next(iter(self.effects.values()))
        lacking = {name: Because(why.lack) for name, why in self.unready.items()}
        return recommend(self.comparison, standing, self.choice, self.files.rule, effect, lacking)

    @cached_property
    def pilots(self) -> tuple[PilotProposal, ...]:
        """Pilots for what is left open, the most valuable question first, at most three."""
        return startable(self, pilots_of(self))

    @cached_property
    def movers(self) -> dict[str, Movers]:
        """Whom each alternative moves against the baseline."""
        return movers_of(self)
