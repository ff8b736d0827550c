"""Whether a step must be done or was done before, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.errors import UsageError
from toolkit.run.record import Step
from toolkit.run.store import Entry, Store, step_key
from toolkit.terms import Label

ALL = "all"
MOST_PATHS = 3
FORCED = Label("按 --force 重做", "forced")
FIRST = Label("还没有做过", "never done")
DAMAGED = Label("存下的结果已损坏，重做", "the stored step is damaged")
UNCHANGED = Label("没有变化", "nothing changed")
REASONS = {
    "notebook": Label("笔记本改了", "notebook changed"),
    "parameters": Label("参数改了", "parameters changed"),
    "texts": Label("参数文件的文字或注释改了", "text or comments of a parameter file changed"),
    "extensions": Label("扩展文件改了", "an extension changed"),
    "given": Label("章节参数改了", "parameters of the chapter changed"),
    "history": Label("数据参数改了", "parameters of the history changed"),
    "fiscal_start_month": Label("财年起始月份改了", "start of the fiscal year changed"),
    "quarter": Label("季度不同", "another quarter"),
    "files": Label("数据文件变了", "data files changed"),
    "data": Label("数据变了", "the data changed"),
    "day": Label("日期变了，研究没有写 history.latest", "another day, and the study has no history.latest"),
    "earlier": Label("以前季度的报告变了", "reports of earlier quarters changed"),
    "titles": Label("章节标题改了", "titles of chapters changed"),
    "languages": Label("报告语言改了", "languages of the report changed"),
    "sign_off": Label("签署人改了", "signatories changed"),
    "chapters": Label("章节的结果变了", "results of chapters changed"),
    "facts": Label("数据要点变了", "facts changed"),
    "about": Label("标题信息变了", "title or company changed"),
    "brand": Label("样式改了", "the look changed"),
    "fonts": Label("字体变了", "fonts changed"),
    "code": Label("程序改了", "code changed"),
    "lock": Label("依赖清单变了", "the lock of dependencies changed"),
    "packages": Label("安装的软件包变了", "installed packages changed"),
}
DETAILED = ("parameters", "extensions", "history", "files", "chapters", "given", "brand")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of a step.

    Attributes
    ----------
    key : str
    ingredients : dict
    entry : Entry or None
        What is reused; None where the step must be done.
    why : Label
    """

    key: str
    ingredients: dict[str, Any]
    entry: Entry | None
    why: Label


class Desk:
    """Decides for each step.

    Parameters
    ----------
    store : Store
    forced : sequence of str
        Steps that are done in any case; ``all`` for every one.
    """

    def __init__(self, store: Store, forced: Sequence[str] = ()) -> None:
        self._store = store
        self._forced = frozenset(forced)

    def decide(self, step: Step, ingredients: dict[str, Any]) -> Decision:
        """Whether ``step`` was done before from the same ``ingredients``."""
        key = step_key(step.id, ingredients)
        if self._forced & {step.id, ALL}:
            return Decision(key, ingredients, None, FORCED)
        found = self._store.find(step.id, key)
        if isinstance(found, Entry):
            return Decision(key, ingredients, found, UNCHANGED)
        if found:
            return Decision(key, ingredients, None, DAMAGED)
        before = self._store.nearest(step.id, ingredients)
        why = changes(before.ingredients, ingredients) if before else FIRST
        return Decision(key, ingredients, None, why)


def check_forced(forced: Sequence[str], steps: Sequence[Step]) -> None:
    """Refuse a step that the run does not have.

    Raises
    ------
    UsageError
        With the list of its steps.
    """
    known = [ALL, *(step.id for step in steps)]
    unknown = [name for name in forced if name not in known]
    if unknown:
        listed = "\n".join(f"  {name}" for name in known)
        raise UsageError(
            zh=f"--force 不认识 {unknown[0]}；可用的步骤：\n{listed}",
            en=f"--force knows no step {unknown[0]}; the steps are:\n{listed}",
        )


def changes(old: dict[str, Any], new: dict[str, Any]) -> Label:
    """What differs between the ingredients of two steps, for people.

    >>> changes({"code": "a", "parameters": {"x": [1, 2]}}, {"code": "b", "parameters": {"x": [1, 3]}}).en
    'parameters changed: x[1]; code changed'
    """
    told = []
    for name, words in REASONS.items():
        if old.get(name) == new.get(name) or (
            name == "texts" and old.get("parameters") != new.get("parameters")
        ):
            continue
        paths = list(_paths(old.get(name), new.get(name))) if name in DETAILED else []
        shown = ", ".join(paths[:MOST_PATHS]) + (" …" if len(paths) > MOST_PATHS else "")
        told.append(Label(f"{words.zh}：{shown}", f"{words.en}: {shown}") if shown else words)
    return Label("；".join(label.zh for label in told), "; ".join(label.en for label in told))


def _paths(old: Any, new: Any, at: str = "") -> Iterator[str]:
    """Where two JSON values differ, such as ``policies.alternatives[1].scheme.measure``."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys([*old, *new]):
            yield from _paths(old.get(name), new.get(name), f"{at}.{name}" if at else str(name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _paths(before, after, f"{at}[{place}]")
    elif old != new:
        yield at
