"""Facts of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.reporting.facts import Fact
from toolkit.study import Study
from toolkit.terms import Label


def catalogue(study: Study) -> Iterator[Fact]:
    """How many policies of the catalogue ran."""
    found = study.catalogue
    yield Fact("catalogue.asked", found.asked, "count", Label("目录中的方案", "policies of the catalogue"))
    yield Fact("catalogue.ran", len(found.policies), "count", Label("运行了的方案", "policies that ran"))
    yield Fact(
        "catalogue.refused", len(found.refused), "count", Label("缺少数据的方案", "policies without data")
    )


def catalogue_titles(study: Study) -> dict[str, Label]:
    """Title of every policy that ran, baseline first."""
    return {policy.id: policy.title for policy in (study.baseline, *study.catalogue.policies)}
