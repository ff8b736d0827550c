"""Settling what is open: with a person at a terminal, or by the rules for when nobody is asked."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

from rich.console import Console
from ruamel.yaml import YAML

from toolkit.bringing.showing import question_lines
from toolkit.errors import GradelabError, ParameterError, UsageError
from toolkit.history.proposal import Answers, Pages, Proposal, Question, acceptable, propose
from toolkit.history.proposal.answers import SHARES
from toolkit.params.shares import meant
from toolkit.run.signals import Interrupted
from toolkit.run.speech import language, words

LEAVE = "q"


def ask_all(console: Console, pages: Pages, answers: Answers, ask: Callable[[str], str]) -> Proposal:
    """Put every open question, one after the other; Enter takes what is proposed.

    Parameters
    ----------
    console : Console
    pages : Pages
    answers : Answers
        What is known already.
    ask : callable
        Shows a prompt and gives what was typed.
    """
    proposal = propose(pages, answers)
    if any(one.open for one in proposal.questions):
        console.print(words(f"下面逐一提问：回车采用方括号里的答案，{LEAVE} 退出（什么都不会写）。",
                            f"Questions follow: Enter takes what stands in brackets, {LEAVE} leaves and writes nothing."))  # fmt: skip
    try:
        while question := next((one for one in proposal.questions if one.open), None):
            console.print("\n".join(question_lines(question)), markup=False, highlight=False)
            proposal = _settled(console, pages, proposal, question, ask)
    except (Interrupted, KeyboardInterrupt):
        console.print(words("\n什么都没有写。", "\nNothing is written."))
        raise
    return proposal


def refuse_open(proposal: Proposal) -> None:
    """Refuse where something is needed that is not sure enough to be taken unasked.

    Raises
    ------
    ParameterError
        Naming every such question, with the lines of a file of answers.
    """
    needed = [one for one in proposal.questions if one.open and one.needed]
    if not needed:
        return
    sample = _lines(needed)
    zh = "\n".join(
        f"  {i}. {q.id}：{q.ask.zh}？{q.reason.zh}。（{q.form.zh}）" for i, q in enumerate(needed, 1)
    )
    en = "\n".join(
        f"  {i}. {q.id}: {q.ask.en}? {q.reason.en}. ({q.form.en})" for i, q in enumerate(needed, 1)
    )
    raise ParameterError(
        zh=f"有 {len(needed)} 处不能自行确定：\n{zh}\n请在终端中运行以便逐一回答，或把下面几行核对后存成文件，用 --answers 文件 给出：\n{sample}",
        en=f"{len(needed)} thing(s) cannot be taken for granted:\n{en}\nRun in a terminal to be asked, or check these lines, save them "
        f"to a file and give it with --answers FILE:\n{sample}",
    )


def _settled(
    console: Console, pages: Pages, proposal: Proposal, question: Question, ask: Callable[[str], str]
) -> Proposal:
    shown = question.proposed if question.proposed is not None else words("必须填写", "needed")
    while True:
        typed = _typed(question, f"  {question.id} [{shown}]: ", ask) or (question.proposed or "")
        if _leaves(typed, question, proposal):
            raise UsageError(zh="已按 q 退出，什么都没有写。", en="Left by q; nothing is written.")
        if typed and acceptable(question.id, typed):
            try:
                settled = propose(pages, proposal.answers.also(question.id, typed))
                settled.history()
                return settled
            except GradelabError as error:
                console.print(error.text(language()), markup=False, highlight=False)
                continue
        console.print(_told_back(question, typed), markup=False, highlight=False)


def _typed(question: Question, prompt: str, ask: Callable[[str], str]) -> str:
    """What was typed; where the input has ended, a refusal that says how to give the answer otherwise."""
    try:
        return ask(prompt).strip()
    except EOFError:
        sample = _lines([question]).strip()
        raise UsageError(
            zh=f"输入已经结束，而 {question.id} 还没有答案，什么都没有写。请在终端中运行，或把答案写进文件用 --answers 给出，如 {sample}",
            en=f"The input has ended and {question.id} has no answer; nothing is written. Run in a terminal, or give the answers in "
            f"a file with --answers, such as {sample}",
        ) from None


def _leaves(typed: str, question: Question, proposal: Proposal) -> bool:
    """Whether somebody wants to go; ``q`` is an answer where a column is called so."""
    names = [name for one in proposal.tables for name in one.page.raw.names]
    return typed.lower() == LEAVE and not (question.id.startswith("columns.") and typed in names)


def _told_back(question: Question, typed: str) -> str:
    """Why an answer is not taken, and what one looks like."""
    form = question.form.text(language())
    if not typed:
        return words(
            f"  这一项没有可以默认的答案，必须填写：{form}。按 Ctrl+C 或输入 {LEAVE} 退出，什么都不会写。",
            f"  There is nothing to assume here, an answer is needed: {form}. Ctrl+C or {LEAVE} leaves, and nothing is written.",
        )
    hint = meant(typed) if question.id in SHARES else None
    if hint is not None:
        return f"  {hint.text(language())}{words('。', '.')}"
    return words(f"  “{typed}”不能用；应为：{form}", f"  {typed!r} cannot be taken; expected: {form}")


def _lines(questions: list[Question]) -> str:
    """Lines of a file of answers, with what is proposed."""
    tree: dict = {}
    for one in questions:
        *folders, last = one.id.split(".", 1) if one.id.startswith("tables.") else one.id.split(".")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = one.proposed if one.proposed is not None else "???"
    stream = StringIO()
    yaml = YAML()
    yaml.width = 4000
    yaml.dump(tree, stream)
    return "".join(f"  {line}\n" for line in stream.getvalue().splitlines()).rstrip("\n")
