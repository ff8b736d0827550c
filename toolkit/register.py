"""The register: who has which grade in which quarter under one policy, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.grades import Scale
from toolkit.schemes.scheme import Scheme
from toolkit.shown import shown
from toolkit.terms import Label, Lang
from toolkit.window import Quarter

HELD = "held"
NONE = -1
REVIEW, TRIGGER, APPEAL = 0, 1, 2
MOVED_BY = {"review": REVIEW, "trigger": TRIGGER, "appeal": APPEAL, "hold": NONE}
TAGS, BESIDE, JOINT = "tags", "beside_", ";"


@shown("by_rule", "by_history")
@dataclass(frozen=True, slots=True)
class Unreached:
    """Grades of a scale that nobody was given.

    Attributes
    ----------
    by_rule : mapping of grade to Label
        Those that the scheme can give to nobody, and why.
    by_history : tuple of str
        Those that nobody reached on this history.
    """

    by_rule: Mapping[str, Label]
    by_history: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.by_rule or self.by_history)

    def label(self) -> Label:
        """One sentence in both languages.

        >>> Unreached({"A": Label("没有一条规则给出这一级", "no rule gives it")}, ("B",)).label().en
        'By the rule nobody can reach A (no rule gives it). On this history nobody reached B.'
        """
        if not self:
            return Label("每个等级都有客户达到。", "Every grade was reached.")
        zh, en = [], []
        if self.by_rule:
            zh.append(
                "按规则不可能达到的等级："
                + "、".join(f"{g}（{w.zh}）" for g, w in self.by_rule.items())
                + "。"
            )
            en.append(
                "By the rule nobody can reach "
                + ", ".join(f"{g} ({w.en})" for g, w in self.by_rule.items())
                + "."
            )
        if self.by_history:
            zh.append("在这段历史上没有人达到的等级：" + "、".join(self.by_history) + "。")
            en.append("On this history nobody reached " + ", ".join(self.by_history) + ".")
        return Label("".join(zh), " ".join(en))


@shown("policy", "customers", "quarters", "reviews", "scale")
@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """Who has which grade in which quarter under one policy, and why.

    Grade codes are those of :meth:`toolkit.grades.Scale.codes`; −1 means no grade (not active, or
    not yet graded).

    Attributes
    ----------
    policy : str
        Identifier of the policy.
    scale : Scale
    customers : Index of customer_id, length n
    quarters : tuple of Quarter, length q
        Every quarter of the panel up to the last one walked.
    reviews : tuple of Quarter
        Quarters at whose end grades were decided.
    earned : array of int, shape (n, q)
        Grade decided at the latest review.
    in_force : array of int, shape (n, q)
        Grade that counts, after the hold rule.
    because : array of int, shape (n, q)
        Position in ``reasons`` of the reason for the earned grade, or for having none at the latest
        review; −1 where nothing was decided.
    reasons : mapping of reason code to Label
    service_packages : mapping of grade to service package, best grade first
    active_quarters : int
        A customer is active who bought within so many quarters.
    complete_from : Quarter
        First complete quarter of the history.
    short_window : bool
        Whether the first review had fewer quarters of history than the policy's observation window.
    tags : mapping of tag to array of bool, shape (n, q)
        Marks beside the grade.
    beside : mapping of identifier to (Scale, codes of shape (n, q))
        Classes kept apart from the grade.
    scheme : Scheme or None
        The scheme as frozen at the first review: reference distributions and weights that data made.
    decided_by : array of int, shape (n, q), or None
        What decided about a customer at the end of the quarter: ``REVIEW``, ``TRIGGER``, ``APPEAL``; −1 nothing.
    appeals : DataFrame, index quarter (text), or None
        Columns ``filed``, ``granted``, ``refused`` in the quarter, ``pending`` at its end, and of the grades
        that appeals had set ``confirmed``, ``withdrawn`` at a review, ``lapsed`` otherwise; None where the
        policy does not look at appeals.
    unreachable : mapping of grade to Label
        Grades that the scheme cannot give to anybody, and why.
    """

    policy: str
    scale: Scale
    customers: pd.Index
    quarters: tuple[Quarter, ...]
    reviews: tuple[Quarter, ...]
    earned: np.ndarray
    in_force: np.ndarray
    because: np.ndarray
    reasons: Mapping[str, Label]
    service_packages: Mapping[str, str]
    active_quarters: int
    complete_from: Quarter
    short_window: bool
    tags: Mapping[str, np.ndarray] = field(default_factory=dict)
    beside: Mapping[str, tuple[Scale, np.ndarray]] = field(default_factory=dict)
    scheme: Scheme | None = None
    decided_by: np.ndarray | None = None
    appeals: pd.DataFrame | None = None
    unreachable: Mapping[str, Label] = field(default_factory=dict)

    @property
    def held(self) -> np.ndarray:
        """Whether the grade in force is kept by the hold rule; array of bool, shape (n, q)."""
        return self.in_force > self.earned

    @property
    def moves(self) -> pd.DataFrame:
        """Grades in force that moved, by what moved them.

        Returns
        -------
        DataFrame of int, index quarter (text)
            columns ``review``, ``trigger``, ``appeal`` and ``hold`` (the hold period ran out): customers in
            force in this quarter and the one before, with another grade.
        """
        before, after = self.in_force[:, :-1], self.in_force[:, 1:]
        moved = (before >= 0) & (after >= 0) & (before != after)
        by = np.full_like(self.in_force, REVIEW) if self.decided_by is None else self.decided_by
        counts = {name: (moved & (by[:, 1:] == code)).sum(axis=0) for name, code in MOVED_BY.items()}
        index = pd.Index([str(quarter) for quarter in self.quarters], name="quarter")
        return pd.DataFrame(counts, index=index[1:]).reindex(index, fill_value=0)

    @property
    def unreached(self) -> Unreached:
        """Grades that nobody was given, best first; those that the scheme cannot give apart."""
        given = np.unique(self.earned[self.earned >= 0])
        empty = [g for g in self.scale.grades if self.scale.codes([g])[0] not in given]
        by_rule = {grade: self.unreachable[grade] for grade in empty if grade in self.unreachable}
        return Unreached(by_rule, tuple(grade for grade in empty if grade not in by_rule))

    def column(self, quarter: Quarter) -> int:
        """Position of ``quarter`` in the arrays.

        Examples
        --------
        >>> import toolkit
        >>> register = toolkit.example_study().registers["vip"]
        >>> register.quarters[0], register.column(toolkit.Quarter.parse("2022Q1"))
        (Quarter(2021Q4), 1)
        """
        if quarter not in self.quarters:
            raise HistoryError(
                zh=f"等级登记册里没有 {quarter}；现有 {self.quarters[0]} 至 {self.quarters[-1]}。",
                en=f"The register has no quarter {quarter}; "
                f"it holds {self.quarters[0]} to {self.quarters[-1]}.",
            )
        return self.quarters.index(quarter)

    def codes(self, quarter: Quarter) -> np.ndarray:
        """Grades in force, array of int, shape (n,).

        Examples
        --------
        >>> import numpy as np, toolkit
        >>> study = toolkit.example_study()
        >>> codes = study.registers["vip"].codes(study.quarter)
        >>> dict(zip(*(part.tolist() for part in np.unique(codes, return_counts=True))))
        {-1: 609, 0: 370, 1: 133}
        >>> study.registers["vip"].scale.codes(["VIP", "basic"])
        array([1, 0], dtype=int16)
        """
        return self.in_force[:, self.column(quarter)]

    def at(self, quarter: Quarter) -> pd.DataFrame:
        """Graded customers of one quarter.

        Returns
        -------
        DataFrame, index customer_id
            columns ``grade`` (ordered categorical), ``because`` (categorical, key of ``reasons``),
            ``held`` (bool).

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> study.registers["vip"].at(study.quarter).head(3)
                     grade      because   held
        customer_id
        C0000001     basic  floor:basic  False
        C0000005     basic  floor:basic  False
        C0000006       VIP    floor:VIP  False
        """
        column = self.column(quarter)
        rows = np.flatnonzero(self.in_force[:, column] >= 0)
        return pd.DataFrame(
            {
                "grade": self.scale.from_codes(self.in_force[rows, column]),
                "because": pd.Categorical.from_codes(self._why(rows, column), categories=list(self.reasons)),
                "held": self.in_force[rows, column] > self.earned[rows, column],
            },
            index=self.customers[rows],
        )

    def ungraded(self, quarter: Quarter) -> pd.Series:
        """Active customers whom the latest review left without a grade: the reason code, by customer_id.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> study.registers["vip"].ungraded(study.quarter).to_dict()
        {}
        """
        column = self.column(quarter)
        rows = np.flatnonzero((self.in_force[:, column] < 0) & (self.because[:, column] >= 0))
        why = pd.Categorical.from_codes(self.because[rows, column], categories=list(self.reasons))
        return pd.Series(why, index=self.customers[rows], name="because")

    def marks(self, quarter: Quarter) -> pd.DataFrame:
        """Tags (bool) and classes kept beside the grade (categorical) of the graded customers of a quarter.

        Examples
        --------
        >>> import dataclasses, toolkit
        >>> study = toolkit.example_study()
        >>> register = study.registers["vip"]
        >>> marked = register.in_force == register.scale.codes(["VIP"])
        >>> tagged = dataclasses.replace(register, tags={"invited": marked})
        >>> tagged.marks(study.quarter).head(3)
                     invited
        customer_id
        C0000001       False
        C0000005       False
        C0000006        True
        """
        column = self.column(quarter)
        rows = np.flatnonzero(self.in_force[:, column] >= 0)
        tags = {name: marked[rows, column] for name, marked in self.tags.items()}
        beside = {name: scale.from_codes(codes[rows, column]) for name, (scale, codes) in self.beside.items()}
        return pd.DataFrame(tags | beside, index=self.customers[rows])

    def frame(self, lang: Lang) -> pd.DataFrame:
        """The whole register for export, one row per graded customer and quarter, quarters in order.

        Returns
        -------
        DataFrame
            columns ``customer_id`` (or the id of what is graded), ``quarter``, ``grade``, ``reason`` (in
            ``lang``), ``held`` (bool).

        Examples
        --------
        >>> import toolkit
        >>> toolkit.example_study().registers["vip"].frame("en").tail(2)
             customer_id quarter  grade                    reason   held
        7974    C0001086  2026Q3    VIP  spend of 100,000 or more  False
        7975    C0001087  2026Q3  basic       spend below 100,000  False
        """
        columns, rows = np.nonzero(self.in_force.T >= 0)
        words, place = np.unique([label.text(lang) for label in self.reasons.values()], return_inverse=True)
        return pd.DataFrame(
            {
                str(self.customers.name): self.customers[rows],
                "quarter": pd.Categorical.from_codes(columns, [str(q) for q in self.quarters], ordered=True),
                "grade": self.scale.from_codes(self.in_force[rows, columns]),
                "reason": pd.Categorical.from_codes(place[self._why(rows, columns)], words.astype(object)),
                "held": self.in_force[rows, columns] > self.earned[rows, columns],
                **self._beside(rows, columns),
            }
        )

    def _beside(self, rows: np.ndarray, columns: np.ndarray) -> dict[str, pd.Categorical]:
        """Tags in one column of text and each class in its own, one value per row and column."""
        found = {TAGS: _joined(self.tags, rows, columns)} if self.tags else {}
        classes = {
            f"{BESIDE}{name}": scale.from_codes(codes[rows, columns])
            for name, (scale, codes) in self.beside.items()
        }
        return found | classes

    def among(self, customers: pd.Index, active: np.ndarray) -> Register:
        """The register of ``customers`` in the quarters in which they are active; nobody else counts.

        Parameters
        ----------
        customers : Index
        active : array of bool, shape (customers, quarters of the register)

        Examples
        --------
        >>> import numpy as np, toolkit
        >>> study = toolkit.example_study()
        >>> register = study.registers["vip"]
        >>> few = register.customers[:3]
        >>> among = register.among(few, np.ones((3, len(register.quarters)), bool))
        >>> among.counts(study.quarter).to_dict()
        {'VIP': 0, 'basic': 1}
        """
        rows = self.customers.get_indexer(customers)

        def cut(part: object) -> object:
            if isinstance(part, np.ndarray) and part.shape == self.in_force.shape:
                nothing = False if part.dtype == bool else part.dtype.type(NONE)
                return np.where(active, part[rows], nothing)
            if isinstance(part, Mapping):
                return {name: cut(inner) for name, inner in part.items()}
            return tuple(map(cut, part)) if isinstance(part, tuple) else part

        parts = {f.name: cut(getattr(self, f.name)) for f in fields(self)}
        return replace(self, **parts | {"customers": customers})

    def counts(self, quarter: Quarter) -> pd.Series:
        """Customers per grade in force, best grade first; empty grades are kept as 0.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> study.registers["points"].counts(study.quarter)
        grade
        gold      121
        silver    209
        bronze    173
        Name: customers, dtype: int64
        """
        codes = self.codes(quarter)
        found = np.bincount(codes[codes >= 0], minlength=len(self.scale))[::-1]
        return pd.Series(found, index=pd.Index(self.scale.grades, name="grade"), name="customers")

    def packages(self, quarter: Quarter) -> pd.Series:
        """Service package of every graded customer, categorical, index customer_id.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> {name: found.packages(study.quarter).value_counts().to_dict() for name, found in study.registers.items()}["abc"]
        {'standard': 413, 'vip': 90}
        >>> study.registers["abc"].service_packages
        {'A': 'vip', 'B': 'standard', 'C': 'standard'}
        """
        codes = self.codes(quarter)
        rows = np.flatnonzero(codes >= 0)
        names = list(dict.fromkeys(self.service_packages.values()))
        table = np.array([names.index(self.service_packages[grade]) for grade in reversed(self.scale.grades)])
        packages = pd.Categorical.from_codes(table[codes[rows]], categories=names)
        return pd.Series(packages, index=self.customers[rows], name="package")

    def _why(self, rows: np.ndarray, columns: np.ndarray | int) -> np.ndarray:
        held = self.in_force[rows, columns] > self.earned[rows, columns]
        return np.where(held, list(self.reasons).index(HELD), self.because[rows, columns])


def _joined(tags: Mapping[str, np.ndarray], rows: np.ndarray, columns: np.ndarray) -> pd.Categorical:
    """The tags of each row in one text, in the order of the file."""
    texts, place = [""], np.zeros(len(rows), dtype=int)
    for name, marked in tags.items():
        place = 2 * place + marked[rows, columns]
        used, place = np.unique(place, return_inverse=True)
        texts = [
            JOINT.join(part for part in (texts[code // 2], name if code % 2 else "") if part) for code in used
        ]
    return pd.Categorical.from_codes(place, pd.Index(texts, dtype=object))
