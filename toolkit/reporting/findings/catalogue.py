"""Facts of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.reporting.facts import Fact
from toolkit.study import Study
from toolkit.terms import Label


def catalogue(study: Study, rows: Sequence[Mapping[str, Any]]) -> Iterator[Fact]:
    """How many policies of the catalogue ran, and how much in them is ours.

    Parameters
    ----------
    study : Study
    rows : sequence of mappings
        As made by :func:`toolkit.reporting.findings.catalogue_rows.catalogue_rows`.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> files = replace(study.files, catalogue=study.files.alternatives)
    >>> study = replace(study, files=files)
    >>> rows = toolkit.findings.catalogue_rows(study)
    >>> for fact in list(toolkit.findings.catalogue(study, rows))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    catalogue.asked = 3
    catalogue.ran = 3
    catalogue.refused = 0
    """
    found = study.catalogue
    yield Fact("catalogue.asked", found.asked, "count", Label("目录中的方案", "policies of the catalogue"))
    yield Fact("catalogue.ran", len(found.policies), "count", Label("运行了的方案", "policies that ran"))
    yield Fact(
        "catalogue.refused", len(found.refused), "count", Label("缺少数据的方案", "policies without data")
    )
    ours = [len(row["filled"]) for row in rows if row["filled"]]
    if ours:
        yield Fact("catalogue.filled", sum(ours), "count", Label("由我们填的数值", "values filled by us"))
        with_some = Label("有由我们填的数值的方案", "policies with values filled by us")
        yield Fact("catalogue.filled_policies", len(ours), "count", with_some)
    rules = sum(row["rule_is_ours"] for row in rows)
    if rules:
        yield Fact(
            "catalogue.rules_ours", rules, "count", Label("规则由我们代拟的方案", "rules that are ours")
        )


def catalogue_titles(study: Study) -> dict[str, Label]:
    """Title of every policy that ran, baseline first.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> study = replace(study, files=replace(study.files, catalogue=study.files.alternatives))
    >>> {policy: title.en for policy, title in toolkit.findings.catalogue_titles(study).items()}
    {'vip': 'VIP rules in force', 'lower_bar': 'Floor lowered to 80,000', 'abc': 'ABC grading',
    'points': 'Weighted score'}
    """
    return {policy.id: policy.title for policy in (study.baseline, *study.catalogue.policies)}
