"""What the reviews and the events between them decide: grades, reasons, tags and classes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.grades import Scale
from toolkit.panel import Graded
from toolkit.params.review import ReviewParams
from toolkit.policy.appeals import CONFIRMED_LABEL, GRANTED_LABEL, WITHDRAWN_LABEL
from toolkit.policy.calendar import due
from toolkit.policy.holding import ease
from toolkit.policy.policy import Policy
from toolkit.policy.standing import OPEN, Reasons, Standing
from toolkit.policy.triggers import Trigger
from toolkit.register import APPEAL, HELD, NONE, REVIEW, TRIGGER
from toolkit.schemes.conditions import all_hold
from toolkit.schemes.fitting import Moment, fit_weights, fitting_quarters
from toolkit.schemes.scheme import Scheme
from toolkit.terms import Label
from toolkit.window import Quarter

HELD_LABEL = Label("保级期内保留原等级", "grade kept during the hold period")
KEPT, LIMITED, COLD, GRANTED = "kept", "fall_limited", "cold_start", "appeal"


@dataclass(slots=True)
class Desk:
    """The one who decides, quarter by quarter.

    Attributes
    ----------
    policy : Policy
    panel : Graded
    last : Quarter
        Quarter of the report.
    active_quarters : int
    reasons : Reasons
    graders : mapping of name to Scheme
        ``""`` is the scheme, ``kept`` the one with lower floors, the others are classes beside the grade;
        frozen at the first review.
    """

    policy: Policy
    panel: Graded
    last: Quarter
    active_quarters: int
    standing: Standing
    reasons: Reasons = field(default_factory=Reasons)
    graders: dict[str, Scheme] = field(default_factory=dict)
    frozen: bool = False

    def __post_init__(self) -> None:
        self.reasons |= {HELD: HELD_LABEL, **_review_reasons(self.policy.review)}
        self.graders = {"": self.policy.scheme, **self.policy.beside}
        if self.policy.keeping is not None:
            self.graders[KEPT] = self.policy.keeping

    @property
    def scale(self) -> Scale:
        """The grades."""
        return self.policy.scheme.scale

    def review(self, quarter: Quarter) -> None:
        """Decide everybody who is due at the end of ``quarter``."""
        standing, rules = self.standing, self.policy.review
        decided, before = due(rules, self.scale, standing.now, (quarter, self.last)), standing.codes
        appealed = standing.granted >= 0
        if appealed.any():
            recheck = appealed & (rules.appeals is not None and rules.appeals.recheck)
            ends = recheck | (appealed & (standing.until == OPEN))
            decided |= ends
            before = np.where(ends & ~recheck, standing.granted, before)
        rows, known = self._known(quarter)
        codes, because = self._says(quarter, known, rows, before)
        for name, conditions in self.policy.tags.items():
            standing.tags[name] = np.zeros_like(decided)
            standing.tags[name][rows] = all_hold(conditions, known)
        if appealed.any():
            present = np.zeros_like(decided)
            present[rows] = True
            self._recheck(recheck & present, codes, because)
            standing.end_appeals(ends & ~recheck | (recheck & ~present), "lapsed")
        np.copyto(standing.codes, codes, where=decided)
        np.copyto(standing.because, because, where=decided)
        standing.by[rows[decided[rows]]] = REVIEW

    def react(self, quarter: Quarter) -> None:
        """Move whomever an event of ``quarter`` moves, unless a review has just decided; the first rule applies."""
        if not self.policy.triggers:
            return
        active = np.flatnonzero(self.panel.active(quarter, self.active_quarters))
        open_ = self.standing.by[active] != REVIEW
        rows = active[open_]
        if not len(rows):
            return
        needs = tuple(dict.fromkeys(need for rule in self.policy.triggers for need in rule.needs))
        known = self.panel.snapshot(quarter, needs, self.policy.review.window_quarters, self.active_quarters)
        known, codes, done = known[open_], self.standing.now[rows], np.zeros(len(rows), dtype=bool)
        for number, rule in enumerate(self.policy.triggers, 1):
            fits = rule.fits(known, codes) & ~done
            done |= fits
            if fits.any():
                self._move(quarter, (number, rule), rows[fits], codes[fits])

    def expire(self, quarter: Quarter) -> None:
        """End the grades of appeals that have stood for as long as the file says."""
        ran_out = (self.standing.granted >= 0) & (self.standing.until < quarter.ordinal)
        self.standing.end_appeals(ran_out, "lapsed")
        self.standing.by[ran_out] = APPEAL

    def grant(self, quarter: Quarter, rows: np.ndarray, codes: np.ndarray) -> None:
        """Put the grades of appeals granted in ``quarter`` in the place of what was decided before."""
        standing, rules = self.standing, self.policy.review.appeals
        again = np.zeros(len(standing.codes), dtype=bool)
        again[rows] = True
        standing.end_appeals(again, "lapsed")
        standing.granted[rows] = codes
        standing.until[rows] = OPEN if rules.quarters is None else quarter.ordinal + rules.quarters - 1
        standing.by[rows] = APPEAL
        self.reasons.setdefault(GRANTED, GRANTED_LABEL)

    def because(self) -> np.ndarray:
        """Position of everybody's reason, appeals included."""
        if GRANTED not in self.reasons:
            return self.standing.because
        place = list(self.reasons).index(GRANTED)
        return np.where(self.standing.granted >= 0, place, self.standing.because)

    def _known(self, quarter: Quarter) -> tuple[np.ndarray, pd.DataFrame]:
        rows = np.flatnonzero(self.panel.active(quarter, self.active_quarters))
        window = self.policy.review.window_quarters
        return rows, self.panel.snapshot(quarter, self.policy.needs, window, self.active_quarters)

    def _says(
        self, quarter: Quarter, known: pd.DataFrame, rows: np.ndarray, before: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Grade and reason of every customer by the scheme and the review rules; classes beside are entered."""
        rules, size = self.policy.review, len(before)
        codes, because = np.full(size, NONE, dtype=np.int16), np.full(size, NONE, dtype=np.int16)
        new = too_young(self.panel, quarter, rules.minimum_quarters)[rows]
        seasoned, old = (known[~new], rows[~new]) if new.any() else (known, rows)
        if not self.frozen:
            self._freeze(quarter, seasoned)
        gradings = {name: scheme.grade(seasoned) for name, scheme in self.graders.items()}
        grading = gradings[""]
        for code, label in grading.reasons.items():
            self.reasons.setdefault(code, label)
        kept = gradings[KEPT].grade.cat.codes.to_numpy() if KEPT in gradings else None
        own = grading.grade.cat.codes.to_numpy()
        codes[old], rule = ease(own, before[old], kept, rules.max_fall_steps)
        why = self.reasons.places(grading.because.cat.categories)[grading.because.cat.codes.to_numpy()]
        because[old] = np.where(rule < 0, why, self.reasons.places((KEPT, LIMITED))[rule])
        if new.any():
            start = rules.cold_start_grade
            codes[rows[new]] = NONE if start is None else self.scale.codes([start])[0]
            because[rows[new]] = list(self.reasons).index(COLD)
        for name in self.policy.beside:
            self.standing.beside[name] = np.full(size, NONE, dtype=np.int16)
            self.standing.beside[name][old] = gradings[name].grade.cat.codes.to_numpy()
        return codes, because

    def _freeze(self, quarter: Quarter, seasoned: pd.DataFrame) -> None:
        """Fix everything that measures customers against others, at the first review."""
        if fitting_quarters(self.policy.params):
            moment = Moment(self.panel, quarter, self.policy.review.window_quarters, self.active_quarters)
            self.graders = {name: fit_weights(scheme, moment) for name, scheme in self.graders.items()}
        self.graders = {name: scheme.freeze(seasoned) for name, scheme in self.graders.items()}
        self.frozen = True

    def _recheck(self, rows: np.ndarray, codes: np.ndarray, because: np.ndarray) -> None:
        """Say of every appeal's grade whether the scheme confirms it; an order allows a better grade."""
        granted = self.standing.granted
        agrees = codes >= granted if self.scale.ordered else codes == granted
        for how, words, those in (
            ("confirmed", CONFIRMED_LABEL, rows & agrees),
            ("withdrawn", WITHDRAWN_LABEL, rows & ~agrees),
        ):
            self.standing.end_appeals(those, how)
            because[those] = self.reasons.after(how, words, because[those])

    def _move(
        self, quarter: Quarter, rule: tuple[int, Trigger], rows: np.ndarray, before: np.ndarray
    ) -> None:
        """Enter what one rule does to the customers of ``rows``, whose grade was ``before``."""
        (number, trigger), standing = rule, self.standing
        if trigger.params.regrade:
            everybody, known = self._known(quarter)
            beside = dict(standing.beside)
            codes, because = self._says(quarter, known, everybody, standing.now)
            standing.beside = beside
            codes, because = codes[rows], because[rows]
            because = self.reasons.after(f"trigger:{number}", trigger.reason, because)
        else:
            codes = trigger.moved(before, self.scale)
            self.reasons.setdefault(f"trigger:{number}", trigger.reason)
            because = np.full(len(rows), list(self.reasons).index(f"trigger:{number}"))
        decides = np.array((codes != before) | (trigger.params.up is None and trigger.params.down is None))
        rows, codes, because, before = rows[decides], codes[decides], because[decides], before[decides]
        touched = np.zeros(len(standing.codes), dtype=bool)
        touched[rows] = True
        standing.end_appeals(touched, "lapsed")
        standing.codes[rows], standing.because[rows] = codes, because
        standing.by[rows] = TRIGGER
        standing.at_once[rows] = trigger.params.at_once & (codes <= before)


def too_young(panel: Graded, review: Quarter, minimum: int) -> np.ndarray:
    """Customers whose first purchase is too recent to be graded, array of bool, shape (customers,)."""
    since = np.zeros(panel.cube.shape[0], dtype=np.int32)
    if minimum <= 1:
        return since > 0
    for quarter in panel.cube.quarters[: panel.cube.position(review) + 1]:
        since += (since > 0) | (panel.cube.column("lines", quarter) > 0)
    return (since > 0) & (since < minimum)


def _review_reasons(review: ReviewParams) -> dict[str, Label]:
    words = {}
    if review.keep_floors:
        words[KEPT] = Label(
            "达到保留门槛，保留上次的等级", "reaches the floor at which the last grade is kept"
        )
    if review.max_fall_steps:
        steps = review.max_fall_steps
        words[LIMITED] = Label(f"一次复评最多降 {steps} 级", f"falls at most {steps} step(s) at one review")
    if review.minimum_quarters:
        quarters = review.minimum_quarters
        words[COLD] = Label(
            f"首次购买不足 {quarters} 个季度", f"fewer than {quarters} quarters since the first purchase"
        )
    return words
