"""One customer's grade, explained."""

from __future__ import annotations

from toolkit.errors import UsageError
from toolkit.explanation.behind import behind
from toolkit.explanation.case import Case
from toolkit.explanation.explanation import Explanation, Line, Part, Turn
from toolkit.explanation.figures import Printer
from toolkit.explanation.raising import Question, above, below, sooner
from toolkit.explanation.records import appeals_of, recorded_of, rows_behind
from toolkit.explanation.trial import NONE, Trial
from toolkit.explanation.way import grade_at, history_of, last_review, steps_to
from toolkit.panel import Graded, Panel, graded
from toolkit.params.policy import PolicyParams
from toolkit.policy import Policy
from toolkit.policy.deciding import too_young
from toolkit.register import Register
from toolkit.schemes.description import describe_policy
from toolkit.schemes.scheme import Names
from toolkit.study.study import Study
from toolkit.terms import Label
from toolkit.window import Quarter

RANKED = Label(
    "规则按名次或占比定级：以下变动以今天的其他客户不变为前提。",
    "The rule ranks customers: the changes below hold relative to today's customers.",
)
CLASSES = Label(
    "类别不分高低，没有“升级”可言。", "The classes have no order, so there is nothing to rise to."
)
TOP = Label("已是最高一级。", "This is the best grade already.")
YOUNG = Label(
    "首次购买不久，按规定暂不按规则定级；时间到了，下一次复评才看各项指标。",
    "The first purchase is recent and the rule does not apply yet; figures count from a later review on.",
)
NOT_ACTIVE = Label(
    "本季度不在定级范围内（近期没有购买），没有等级。",
    "Not among those graded in this quarter (no recent purchase), so there is no grade.",
)
NO_REVIEW = Label("到本季度为止还没有一次复评定过级。", "No review up to this quarter has decided a grade.")
NO_SINGLE = Label(
    "没有哪一项指标单独变动就能升级；须几项一同变动。",
    "No single figure, changed alone, would raise the grade; several would have to change together.",
)
LOWEST = Label(
    "规则给出的已是最低一级，不会再降。", "What the rule gives is the last grade; it cannot fall further."
)
AFTERWARDS = Label(
    "“会降级”指规则本身给出的等级；保级、保留门槛等复评规则在其后另行适用。",
    "What would lower the grade is said of the rule itself; holds and other review rules apply after it.",
)


def explain(study: Study, params: PolicyParams, customer: str) -> Explanation:
    """Everything behind the grade of ``customer`` under a policy at the study's quarter.

    Parameters
    ----------
    study : Study
    params : PolicyParams
    customer : str
        Identifier; of a data field or site where the policy grades these.

    Raises
    ------
    UsageError
        If nobody has this identifier. No other identifier is named: they are personal data.
    HistoryError
        If the history lacks a table that the policy needs.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> told = toolkit.explain(study, study.baseline.params, "C0000001")
    >>> told.grade, told.next, told.rises[0].name.en, told.rises[0].by.en
    ('basic', 'VIP', 'spend', '+¥67,138.56')
    """
    policy, panel = Policy.from_params(params, study.names), graded(study.panel, params)
    register = study.register_of(params)
    row = _row(register, customer, panel)
    review = last_review(register, row, study.quarter)
    column = register.column(study.quarter)
    code = int(register.in_force[row, column])
    asked = _Asked(study, policy, panel, register, customer, row, review)
    known = asked.known if review is not None else None
    counted = register.because[row, column] >= 0
    seen = known is not None and counted and customer in known.index
    by_rule, part, rises, falls, regains = asked.judged(code) if seen else (None, None, (), (), ())
    ordered, best = register.scale.ordered, len(register.scale) - 1
    relative = seen and Trial(register.scheme, known, customer).relative
    may_rise = ordered and code < best and seen
    notes = _notes(asked, code, by_rule, (seen, relative, may_rise and not rises))
    customers = isinstance(panel, Panel)
    return Explanation(
        customer=customer,
        policy=policy.id,
        title=policy.title,
        company=study.params.company.label(),
        quarter=study.quarter,
        review=review,
        window=policy.review.window_quarters,
        grades=register.scale.grades,
        ordered=ordered,
        grade=grade_at(register, register.in_force[row, column]),
        by_rule=by_rule,
        held=bool(register.held[row, column]),
        rule=describe_policy(params, study.names),
        part=part,
        steps=asked.steps(by_rule) if seen else asked.cold_steps(),
        next=register.scale.grades[best - code - 1] if may_rise else None,
        rises=sooner(rises) if may_rise else (),
        falls=sooner(falls) if ordered else (),
        regains=sooner(regains),
        others=len(known) if relative else None,
        records=rows_behind(panel, customer, policy.needs, (review, policy.review.window_quarters))
        if customers and review is not None
        else (),
        history=history_of(register, row, study.quarter),
        appeals=appeals_of(panel, customer, study.quarter) if customers else (),
        recorded=recorded_of(panel, customer, study.quarter) if customers else (),
        notes=notes,
        simulated=study.simulated,
    )


def _row(register: Register, customer: str, panel: Graded) -> int:
    """The customer's place in the register."""
    places = register.customers.get_indexer([customer])
    if places[0] < 0:
        kind = str(panel.customers.name)
        raise UsageError(
            zh=f"数据里没有 {kind} 为“{customer}”的记录；请核对编号（区分大小写）。为保护个人信息，不列出其他编号。",
            en=f"The data hold nobody with {kind} {customer!r}; check the identifier (upper and lower case differ). "
            "Other identifiers are personal data and are not listed.",
        )
    return int(places[0])


class _Asked:
    """One customer under one policy, and the review that decided last."""

    def __init__(
        self,
        study: Study,
        policy: Policy,
        panel: Graded,
        register: Register,
        customer: str,
        row: int,
        review: Quarter | None,
    ) -> None:
        self.study, self.policy, self.panel, self.register = study, policy, panel, register
        self.customer, self.row, self.review = customer, row, review
        self.known = None if review is None else _known(panel, policy, register, review)

    @property
    def names(self) -> Names:
        return self.study.names

    def judged(
        self, code: int
    ) -> tuple[str | None, Part, tuple[Turn, ...], tuple[Turn, ...], tuple[Turn, ...]]:
        """What the rule gave, what stands behind it, and what would raise it above ``code``, lower it, or earn ``code``."""
        scheme, printer = self.register.scheme, Printer(self.study.currency)
        trial = Trial(scheme, self.known, self.customer)
        own = trial.code()
        question = Question(trial, self.policy.params.scheme, self.names, printer)
        part = behind(scheme, Case(self.customer, self.known, self.names, printer))
        ordered = scheme.scale.ordered
        rises = question.turns(above(code)) if ordered and code < len(scheme.scale) - 1 else ()
        falls = question.turns(below(own)) if ordered and own > NONE else ()
        regains = question.turns(above(code - 1)) if ordered and NONE < own < code else ()
        grade = None if own < 0 else str(scheme.scale.grades[len(scheme.scale) - 1 - own])
        return grade, part, rises, falls, regains

    def steps(self, by_rule: str | None) -> tuple[Line, ...]:
        """From what the rule gave to the grade in force."""
        hold = self.policy.review.hold_quarters
        return steps_to(self.register, self.row, self.review, self.study.quarter, by_rule, hold)

    def cold_steps(self) -> tuple[Line, ...]:
        """The same where the rule did not apply."""
        active = self.register.because[self.row, self.register.column(self.study.quarter)] >= 0
        return self.steps(None) if self.review is not None and active else ()


def _known(panel: Graded, policy: Policy, register: Register, review: Quarter) -> object:
    """What the review knew of those whom the rule graded."""
    known = panel.snapshot(review, policy.needs, policy.review.window_quarters, register.active_quarters)
    young = too_young(panel, review, policy.review.minimum_quarters)[panel.customers.get_indexer(known.index)]
    return known[~young]


def _notes(asked: _Asked, code: int, by_rule: str | None, is_: tuple[bool, bool, bool]) -> tuple[Label, ...]:
    """What has to be said beside the figures; ``is_`` tells seen, relative, and that nothing raises."""
    seen, relative, nothing_raises = is_
    scale = asked.register.scale
    column = asked.register.column(asked.study.quarter)
    found = []
    if asked.review is None:
        found.append(NO_REVIEW)
    elif asked.register.because[asked.row, column] < 0:
        found.append(NOT_ACTIVE)
    elif not seen:
        found.append(YOUNG)
    if not seen:
        return tuple(found)
    if not scale.ordered:
        found.append(CLASSES)
    elif code == len(scale) - 1:
        found.append(TOP)
    elif nothing_raises:
        found.append(NO_SINGLE)
    if relative:
        found.append(RANKED)
    if scale.ordered:
        found.append(LOWEST if by_rule == scale.last else AFTERWARDS)
    return tuple(found)
