"""What a company does: the scheme, when it is applied, and what each grade receives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.params.policy import PolicyParams, ServiceParams
from toolkit.params.review import ReviewParams
from toolkit.params.schemes import Need, eased, needs_of
from toolkit.policy.triggers import Trigger, triggers_of
from toolkit.schemes.build import build_scheme, refuse_unknown
from toolkit.schemes.conditions import Condition, conditions_of
from toolkit.schemes.scheme import Names, Scheme
from toolkit.shown import shown
from toolkit.terms import Label


@shown("id", "title")
@dataclass(frozen=True, slots=True)
class Policy:
    """What a company does: the scheme, when it is applied, and what each grade receives.

    Attributes
    ----------
    params : PolicyParams
    scheme : Scheme
    title : Label
    keeping : Scheme or None
        The same scheme with the floors at which a grade is kept.
    tags : mapping of tag to the conditions that must all hold
    beside : mapping of identifier to Scheme
        Classes kept apart from the grade.
    triggers : tuple of Trigger
        Events that move a grade between reviews.
    """

    params: PolicyParams
    scheme: Scheme
    title: Label
    keeping: Scheme | None = None
    tags: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    beside: Mapping[str, Scheme] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()

    @classmethod
    def from_params(cls, params: PolicyParams, names: Names) -> Policy:
        """The policy of a file; ``names`` maps measure ids to what they are called.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> params = study.baseline.params.model_dump(exclude_defaults=True) | {"id": "higher"}
        >>> params["scheme"]["floors"]["VIP"] = 120_000
        >>> policy = toolkit.Policy.from_params(toolkit.PolicyParams(**params), study.names)
        >>> toolkit.walk(policy, study.panel, study.quarter).counts(study.quarter).to_dict()
        {'VIP': 111, 'basic': 493}
        """
        floors = params.review.keep_floors
        refuse_unknown(params.tags, names)
        refuse_unknown(params.review.triggers, names)
        return cls(
            params,
            build_scheme(params.scheme, names),
            params.title.label(),
            build_scheme(eased(params.scheme, floors), names) if floors else None,
            {tag.name: conditions_of(tag.when, names) for tag in params.tags},
            {name: build_scheme(scheme, names) for name, scheme in (params.beside or {}).items()},
            triggers_of(params.review.triggers, names),
        )

    @property
    def id(self) -> str:
        """Identifier of the policy."""
        return self.params.id

    @property
    def needs(self) -> tuple[Need, ...]:
        """Every column that the scheme, the tags, the classes beside it and the events look at."""
        beside = [need for scheme in self.beside.values() for need in scheme.needs]
        events = [need for rule in self.triggers for need in rule.needs]
        return tuple(dict.fromkeys([*self.scheme.needs, *needs_of(self.params.tags), *beside, *events]))

    @property
    def review(self) -> ReviewParams:
        """When grades are decided, and how long a lost one is kept."""
        return self.params.review

    @property
    def service(self) -> Mapping[str, ServiceParams]:
        """Service of each grade."""
        return self.params.service
