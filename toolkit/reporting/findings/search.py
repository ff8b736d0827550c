"""Facts of what the searches found, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.reporting.facts import Fact
from toolkit.reporting.tables.search import FIXED
from toolkit.reporting.words import word
from toolkit.search.learning import BY_LOT, BY_VALUE
from toolkit.search.searched import Searched
from toolkit.search.tree import Bounds, Node, pruned, served_paths
from toolkit.study import Study
from toolkit.terms import LANGS, Label, Lang, number

Told = Iterator[tuple[str, str, dict[str, Any]]]


def searched(study: Study) -> Iterator[Fact]:
    """Value of every choice on customers who had no part in it; what the simple rule loses; prices.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.searched(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    search.vip_bar.comparisons = 3
    search.vip_bar.chosen = VIP rules in force (floors.VIP 140,000)
    search.vip_bar.held_out = +¥560,135
    """
    for one in study.searched:
        zh, en = f"“{one.title.zh}”", f"“{one.title.en}”, "
        tried = Label(f"{zh}比较次数", f"{en}comparisons")
        yield Fact(f"search.{one.id}.comparisons", one.comparisons, "count", tried)
        if one.chosen is not None:
            title = one.chosen.title.label()
            yield Fact.prose(f"search.{one.id}.chosen", title, Label(f"{zh}选出", f"{en}chosen"))
        elif one.reason is not None:
            yield Fact.prose(f"search.{one.id}.reason", one.reason, Label(f"{zh}原因", f"{en}reason"))
        if one.held_out is not None:
            others = Label(f"{zh}另半样本估值", f"{en}value on other customers")
            yield Fact.of(f"search.{one.id}.held_out", one.held_out, others, signed=True, better="higher")
            luck = Label(f"{zh}挑选带来的运气", f"{en}luck of choosing")
            yield Fact(f"search.{one.id}.luck", one.luck, "money", luck, signed=True)
        if one.learned is not None:
            lost = Label(f"{zh}比最优分配少", f"{en}lost against the best allocation")
            yield Fact(f"search.{one.id}.loss", one.learned.loss, "money", lost, better="lower")
            rule = rule_in_words(one.learned.tree, study.names)
            yield Fact.prose(f"search.{one.id}.rule", rule, Label(f"{zh}规则", f"{en}rule"))
            if one.learned.price is not None:
                price = Label(f"{zh}再多一个单位资源的价值", f"{en}worth of one more unit of the resource")
                yield Fact(f"search.{one.id}.price", one.learned.price, "money", price)


def searched_told(study: Study) -> Told:
    """What each search chose, or why nothing.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.searched_told(study)]
    ['search.told', 'search.at_end']
    """
    for one in study.searched:
        if one.chosen is not None:
            yield "search.told", one.id, {"search": one.title}
            if at_an_end(one):
                yield "search.at_end", one.id, {"search": one.title}
        elif one.reason is not None:
            yield "search.none", one.id, {"search": one.title}
        if one.learned is not None:
            basis = BY_LOT if one.learned.source == "lot" else BY_VALUE
            yield "search.rule", one.id, {"basis": basis}
            if one.learned.price:
                yield "search.price", one.id, {}


def at_an_end(one: Searched) -> bool:
    """Whether what was chosen lies at an end of what was tried, so that better may lie beyond."""
    knobs = [name for name in one.candidates.columns if name not in FIXED]
    if one.chosen is None or one.chosen.id not in one.candidates.index:
        return False
    taken = one.candidates.loc[one.chosen.id, knobs]
    return bool(((taken == one.candidates[knobs].min()) | (taken == one.candidates[knobs].max())).any())


def searched_along_one(study: Study) -> dict[str, tuple[Searched, str]]:
    """The searches along one number, which can be drawn, with the currency.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> {key: currency for key, (_, currency) in toolkit.findings.searched_along_one(study).items()}
    {'vip_bar': 'CNY'}
    """
    return {
        one.id: (one, study.currency)
        for one in study.searched
        if len([name for name in one.candidates.columns if name not in FIXED]) == 1
        and one.candidates["net"].notna().any()
    }


def rule_in_words(tree: Node, names: Mapping[str, Label]) -> Label:
    """Who is served by a shallow rule, way by way.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> served, left = toolkit.search.Leaf(True), toolkit.search.Leaf(False)
    >>> rule = toolkit.search.Split("spend", 100_000.0, served, left)
    >>> toolkit.findings.rule_in_words(rule, study.names).en
    'spend at least 100,000'
    """
    return Label(*(_who(tree, names, lang) for lang in LANGS))


def _who(tree: Node, names: Mapping[str, Label], lang: Lang) -> str:
    paths = served_paths(pruned(tree))
    if not paths or not paths[0]:
        return word("search.everybody" if paths else "search.nobody", lang)
    gap = "" if lang == "zh" else " "
    ways = [
        f"{gap}{word('search.and', lang)}{gap}".join(
            _asked(names[measure].text(lang), b, lang) for measure, b in path.items()
        )
        for path in paths
    ]
    return f"{word('search.or', lang)}{gap}".join(ways)


def _asked(measure: str, bounds: Bounds, lang: Lang) -> str:
    kind = (
        "between"
        if None not in (bounds.at_least, bounds.below)
        else "below"
        if bounds.at_least is None
        else "at_least"
    )
    low, high = (
        "" if end is None else number(end, 0 if float(end).is_integer() else 3)
        for end in (bounds.at_least, bounds.below)
    )
    return word(f"search.{kind}", lang).format(measure=measure, low=low, high=high)
