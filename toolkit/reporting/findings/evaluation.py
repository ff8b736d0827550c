"""Facts of the evaluation of policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from toolkit.outcomes.evaluation import Evaluation
from toolkit.reporting.facts import Fact
from toolkit.terms import Label

FACTS = {
    "moves": ("count", Label("每千客户的等级变动", "moves per thousand customers")),
    "noise_moves": ("count", Label("仅由偶然产生的变动", "moves by noise alone")),
    "keep_moves": ("count", Label("有保级线时仅由偶然产生的变动", "moves by noise with a keep-bar")),
    "flip": ("share", Label("权重扰动时变级的客户", "customers regraded under other weights")),
    "margin_d": ("index", Label("预见次年毛利的 Somers 系数", "Somers' D for next year's margin")),
}


def evaluation(result: Evaluation, titles: Mapping[str, Label]) -> Iterator[Fact]:
    """Figures of each policy that sentences may name: ``evaluation.<figure>.<policy>``; missing ones are left out.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> basis = toolkit.Basis(study.panel, study.definitions, study.quarter)
    >>> found = toolkit.evaluate(study.policies, study.registers, basis)
    >>> titles = toolkit.findings.policy_titles(study)
    >>> for fact in list(toolkit.findings.evaluation(found, titles))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    evaluation.moves.vip = 151
    evaluation.noise_moves.vip = 148
    evaluation.keep_moves.vip = 130
    """
    for row in result.frame.to_dict("records"):
        title = titles[row["policy"]]
        for column, (unit, words) in FACTS.items():
            if pd.isna(row[column]):
                continue
            label = Label(f"《{title.zh}》{words.zh}", f"{words.en}, “{title.en}”")
            value = round(row[column]) if unit == "count" else float(row[column])
            yield Fact(f"evaluation.{column}.{row['policy']}", value, unit, label)
