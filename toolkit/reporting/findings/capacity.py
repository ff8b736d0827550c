"""Facts of what every policy needs against what exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.reporting.facts import Fact
from toolkit.study import Study
from toolkit.terms import Label


def capacity(study: Study) -> Iterator[Fact]:
    """Need and slack of every policy and resource, and what is short.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.capacity(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    capacity.most.vip.1 = 3
    capacity.need.vip.1 = 3
    capacity.slack.vip.1 = 0
    """
    found = study.capacity
    for policy in study.policies:
        zh, en = f"《{policy.title.zh}》", f"“{policy.title.en}”, "
        for place, use in enumerate(found.of(policy.id), 1):
            title, name = use.resource.title, f"{policy.id}.{place}"
            yield Fact(
                f"capacity.most.{name}",
                use.resource.most,
                "count",
                Label(f"{zh}{title.zh}：现有", f"{en}{title.en}: at hand"),
            )
            yield Fact(
                f"capacity.need.{name}",
                use.need,
                "count",
                Label(f"{zh}{title.zh}：需要", f"{en}{title.en}: needed"),
            )
            yield Fact(
                f"capacity.slack.{name}",
                use.slack,
                "count",
                Label(f"{zh}{title.zh}：余量", f"{en}{title.en}: slack"),
                signed=True,
            )
        short = found.shortfalls(policy.id)
        if short:
            words = Label("；".join(u.text.zh for u in short), "; ".join(u.text.en for u in short))
            said = Label(f"{zh}不足的资源", f"{en}what is short")
            yield Fact(f"capacity.short.{policy.id}", words.en, "text", said, words=words)


def capacity_told(study: Study) -> list[tuple[str, str, dict[str, Any]]]:
    """The sentences of the section on capacity.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.capacity_told(study)]
    ['capacity.fits', 'capacity.excluded', 'capacity.fits', 'capacity.fits']
    """
    found = study.capacity
    if not study.params.capacity:
        return [("capacity.none", "", {})]
    if not any(use.short or use.need is None for use in found.uses):
        return [("capacity.all_fit", "", {})]
    told = []
    for policy in study.policies:
        names = {"policy": policy.title}
        known = [use for use in found.of(policy.id) if use.need is not None]
        if found.shortfalls(policy.id):
            told.append(
                ("capacity.short" if policy is study.baseline else "capacity.excluded", policy.id, names)
            )
        elif known:
            told.append(("capacity.fits", policy.id, names))
    unknown = {use.resource.title.en: use.resource.title for use in found.uses if use.need is None}
    told += [
        ("capacity.unknown", "", {"resource": title, "why": study.no_hotline}) for title in unknown.values()
    ]
    return told
