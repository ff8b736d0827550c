"""Facts of a conclusion that is another than in the report before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.reporting.earlier import Earlier
from toolkit.reporting.facts import Fact
from toolkit.reporting.findings.standing import policy_titles
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.terms import Label

ADOPT, UNREADY = "adopt", "unready"


def turned(study: Study, earlier: Earlier | None) -> Iterator[Fact]:
    """What the earlier report concluded and what this one concludes; nothing where they agree or there is none.

    Examples
    --------
    >>> from pathlib import Path
    >>> import toolkit
    >>> from toolkit.reporting.earlier import Earlier
    >>> study = toolkit.example_study()
    >>> verdict = {"value": "keep", "text": {"zh": "维持现行", "en": "Keep"}}
    >>> earlier = Earlier(toolkit.Quarter.parse("2026Q2"), Path("."), {"verdict": verdict, "verdict.policy": {"value": "vip"}})
    >>> for fact in list(toolkit.findings.turned(study, earlier))[:4]:
    ...     print(fact.id, "=", fact.text("en", "CNY"))
    turned.quarter = 2026Q2
    turned.before = Keep “VIP rules in force”
    turned.after = Adopt “ABC grading”
    """
    if earlier is None:
        return
    result, before = study.recommendation, earlier.conclusion
    now = str(result.verdict), result.policy or study.baseline.id
    if before == now or UNREADY in (before[0], now[0]):
        return
    named = ADOPT in (before[0], now[0]) or before[0] == now[0]
    titles = policy_titles(study)
    quarter = str(earlier.quarter)
    yield Fact("turned.quarter", quarter, "text", Label("上一份报告的季度", "quarter of the previous report"))
    for id, (verdict, policy), words, of in (
        ("before", before, earlier.verdict, Label("上一份报告的结论", "conclusion of the previous report")),
        (
            "after",
            now,
            label(f"verdict.{result.verdict}"),
            Label("本报告的结论", "conclusion of this report"),
        ),
    ):
        said = _with_policy(words, policy, titles) if named else words
        yield Fact(f"turned.{id}", f"{verdict} {policy}", "text", of, words=said)


def _with_policy(verdict: Label, policy: str, titles: Mapping[str, Label]) -> Label:
    title = titles.get(policy, Label(policy, policy))
    return Label(f"{verdict.zh}《{title.zh}》", f"{verdict.en} “{title.en}”")
