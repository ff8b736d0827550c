"""What kind of parameter file a file is, told by the key that only this kind has."""

from __future__ import annotations

from toolkit.params.problems import FileProblems
from toolkit.params.reading import Source
from toolkit.terms import Label

MARKS = {
    "base": "study",
    "policies": "study",
    "scenarios": "set",
    "grid": "set",
    "scheme": "policy",
    "quote": "decision_rule",
    "prices": "service_plan",
    "elasticities": "behaviour",
    "asked": "pilot",
}
NAMES = {
    "study": Label("研究文件", "a study"),
    "set": Label("情景集合", "a set of scenarios"),
    "policy": Label("方案文件", "a policy"),
    "decision_rule": Label("决策规则文件", "a decision rule"),
    "service_plan": Label("服务价目文件", "a list of service prices"),
    "behaviour": Label("客户反应文件", "a file of declared reactions"),
    "pilot": Label("试点文件", "a pilot"),
}


def kind_of(source: Source) -> str:
    """A key of :data:`NAMES`; empty where nothing tells."""
    keys = source.data if isinstance(source.data, dict) else {}
    return next((kind for mark, kind in MARKS.items() if mark in keys), "")


def refuse_other_kind(source: Source, wanted: str) -> None:
    """Refuse a file that is plainly of another kind, instead of listing every key that it lacks.

    Raises
    ------
    FileProblems
    """
    found, name = kind_of(source), NAMES[wanted]
    if source.data is None:
        zh, en = f"文件是空的；这里应是{name.zh}", f"the file is empty; it should be {name.en}"
        raise FileProblems([source.problem((), ..., zh, en)])
    if found and found != wanted:
        mark = next(mark for mark in MARKS if mark in source.data)
        zh = f"这是{NAMES[found].zh}，这里应是{name.zh}；请改用另一个文件"
        en = f"this is {NAMES[found].en}, but {name.en} is wanted here; name another file"
        raise FileProblems([source.problem((mark,), ..., zh, en)])
