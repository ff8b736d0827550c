"""Words for the parts that every kind of scheme is made of: subjects, conditions, floors, long lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.params.schemes import Better, Bound, ConditionParams, EventNeed, MeasureNeed, Need, SubjectParams
from toolkit.schemes.conditions import WORDS
from toolkit.schemes.reasons import plain
from toolkit.schemes.subject import PER, label_of, listed
from toolkit.terms import Label

Names = Mapping[str, Label]

SHOWN = 5
REFUSED = Label("缺失时停止计算", "a missing value stops the run")
FLOORS = {
    ("higher", False): Label("{value} 以上", "{value} or more"),
    ("higher", True): Label("超过 {value}", "more than {value}"),
    ("lower", False): Label("{value} 以内", "{value} or less"),
    ("lower", True): Label("低于 {value}", "less than {value}"),
}
TESTS = WORDS | {
    "above": Label("{name}超过 {value}", "{name} of more than {value}"),
    "below": Label("{name}低于 {value}", "{name} of less than {value}"),
}
EVERYBODY_ELSE = Label("其余客户", "everybody else")
LOWER = Label("越低越好", "lower is better")
MISSING = {
    "fails": Label("（缺失视为不成立）", " (a missing value counts as not met)"),
    "holds": Label("（缺失视为成立）", " (a missing value counts as met)"),
}
JOINTS = {
    "any_of": Label("任一条成立：", "any of: "),
    "all_of": Label("同时成立：", "all of: "),
    "none_of": Label("都不成立：", "none of: "),
}


def say(zh: str, en: str, **parts: Label | str | int) -> Label:
    """A sentence in both languages, its blanks filled with words of the same language.

    >>> say("{grade}：{n} 级", "{grade}: {n} up", grade="A", n=2).en
    'A: 2 up'
    """
    labels = {n: p if isinstance(p, Label) else Label(str(p), str(p)) for n, p in parts.items()}
    return Label(
        zh.format(**{name: part.zh for name, part in labels.items()}),
        en.format(**{name: part.en for name, part in labels.items()}),
    )


def join(labels: Sequence[Label], zh: str = "；", en: str = "; ") -> Label:
    """Several labels in a row."""
    return Label(zh.join(part.zh for part in labels), en.join(part.en for part in labels))


def shortened(labels: Sequence[Label], zh: str, en: str, shown: int = SHOWN) -> Label:
    """The first labels and how many more there are; ``zh`` and ``en`` say of what.

    >>> shortened([Label(c, c) for c in "abcd"], "条", "rows", 2).zh
    'a；b；另有 2 条'
    """
    more = len(labels) - shown
    if more <= 0:
        return join(labels)
    return join(
        [*labels[:shown], Label(f"另有 {more} {zh}", f"and {more} more {en if more > 1 else en[:-1]}")]
    )


def names_of(grades: Sequence[str]) -> Label:
    """Grades or other names in a row."""
    return Label("、".join(grades), ", ".join(grades))


def counted(number: int, zh: str, en: str) -> Label:
    """A whole number with what it counts.

    >>> counted(1, "个季度", "quarter").en, counted(4, "个季度", "quarter").en
    ('1 quarter', '4 quarters')
    """
    return Label(f"{number} {zh}", f"{number} {en}{'' if number == 1 else 's'}")


def quarters(number: int) -> Label:
    """A number of quarters."""
    return counted(number, "个季度", "quarter")


def percent(share: float) -> str:
    """A share as a percentage with no more decimals than it has.

    >>> percent(0.6), percent(0.125)
    ('60%', '12.5%')
    """
    return f"{plain(round(share * 100, 6))}%"


def need_words(need: Need, names: Names) -> Label:
    """What a need is called, with its own window; what nobody named goes by its id."""
    if isinstance(need, MeasureNeed):
        name = names.get(need.measure, Label(need.measure, need.measure))
        if need.window is None:
            return name
        return say(
            "近 {span}的{per}{name}",
            "{name}{per} over {span}",
            span=quarters(need.window),
            per=PER[need.per],
            name=name,
        )
    name = label_of(need, names)
    if isinstance(need, EventNeed) and need.window is not None:
        return say("近 {span}的{name}", "{name} over {span}", span=quarters(need.window), name=name)
    return name


def subject_words(params: SubjectParams, names: Names) -> Label:
    """What a part of a scheme looks at."""
    return need_words(params.own_needs()[0], names)


def floor_words(bound: Bound, better: Better = "higher") -> Label:
    """Where a grade begins.

    >>> floor_words(Bound(100000.0)).zh, floor_words(Bound(20.0, strict=True)).en
    ('100,000 以上', 'more than 20')
    """
    if bound.value is None:
        return EVERYBODY_ELSE
    phrase = FLOORS[better, bound.strict]
    return say(phrase.zh, phrase.en, value=plain(bound.value))


def ladder_words(floors: Mapping[str, Bound], better: Better = "higher") -> Label:
    """Every grade with its floor."""
    steps = [
        say("其余客户为{grade}", "{grade} everybody else", grade=grade)
        if bound.value is None
        else say("{grade} {floor}", "{grade} {floor}", grade=grade, floor=floor_words(bound, better))
        for grade, bound in floors.items()
    ]
    return join(steps, "，", ", ")


def condition_words(params: ConditionParams, names: Names) -> Label:
    """One condition, with what a missing value means where the file says so."""
    for how, joint in JOINTS.items():
        inner = getattr(params, how)
        if inner is not None:
            parts = join([condition_words(part, names) for part in inner], "、", ", ")
            return say("（{joint}{parts}）", "({joint}{parts})", joint=joint, parts=parts)
    name = subject_words(params, names)
    if params.list is not None:
        zh, en = ("不在{name}上", "not on {name}") if params.present is False else ("在{name}上", "on {name}")
        return say(zh, en, name=name)
    tests = [say(TESTS[test].zh, TESTS[test].en, name=name, value=value) for test, value in _tests(params)]
    return join([join(tests, "且", " and "), MISSING.get(params.missing, Label("", ""))], "", "")


def when_words(conditions: Sequence[ConditionParams], names: Names) -> Label:
    """Conditions that must all hold."""
    return join([condition_words(part, names) for part in conditions], "，且", " and ")


def _tests(params: ConditionParams) -> list[tuple[str, Label]]:
    bounds = [(test, getattr(params, test)) for test in ("at_least", "above", "at_most", "below")]
    if params.between is not None:
        bounds += [("at_least", params.between[0]), ("below", params.between[1])]
    found = [(test, Label(plain(value), plain(value))) for test, value in bounds if value is not None]
    if params.equals is not None:
        found.append(("equals", listed([params.equals])))
    if params.one_of is not None:
        found.append(("one_of", listed(params.one_of)))
    if params.present is not None:
        found.append(("present" if params.present else "absent", Label("", "")))
    return found
