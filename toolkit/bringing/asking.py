"""Settling what is open: with a person at a terminal, or by the rules for when nobody is asked."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

from rich.console import Console
from ruamel.yaml import YAML

from toolkit.bringing.showing import question_lines
from toolkit.errors import GradelabError, ParameterError
from toolkit.history.proposal import Answers, Pages, Proposal, Question, acceptable, propose
from toolkit.run.speech import language, words

_SHOWN = 3


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
    while question := next((one for one in proposal.questions if one.open), None):
        console.print("\n".join(question_lines(question)), markup=False, highlight=False)
        proposal = _settled(console, pages, proposal, question, ask)
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
        typed = ask(f"  {question.id} [{shown}]: ").strip() or (question.proposed or "")
        if typed and acceptable(question.id, typed):
            try:
                settled = propose(pages, proposal.answers.also(question.id, typed))
                settled.history()
                return settled
            except GradelabError as error:
                console.print(error.text(language()), markup=False, highlight=False)
                continue
        told = question.form.text(language())
        console.print(
            words(f"  写法不对；应为：{told}", f"  That cannot be read; expected: {told}"),
            markup=False,
            highlight=False,
        )


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
