"""The history section of a study as text, every doubtful line with its reason beside it."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from toolkit.history.proposal import Proposal
from toolkit.history.proposal.assigning import Assigned
from toolkit.run.speech import language, words

_WIDTH = 4000
_COLUMN = 40
_PLAIN = 0.995


def section(proposal: Proposal) -> str:
    """``history:`` with everything below it, in YAML, ended by a line feed."""
    tree = _tree(proposal.history(language()))
    _remark(tree["transactions"]["columns"], proposal, proposal.transactions)
    for one in proposal.tables[1:]:
        _remark(tree["tables"][one.table]["columns"], proposal, one)
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(CommentedMap({"history": tree}), stream)
    base = proposal.basis().said.text(language())
    remarks = "".join(f"  # {line}\n" for line in (base, *_assumptions(proposal)))
    head, _, rest = stream.getvalue().partition("\n")
    return f"{head}\n{remarks}{rest}"


def _assumptions(proposal: Proposal) -> list[str]:
    """What nobody has confirmed, a line each."""
    return [
        words(
            f"未经确认：{one.id} = {one.proposed}（{one.reason.zh}）",
            f"unconfirmed: {one.id} = {one.proposed} ({one.reason.en})",
        )
        for one in proposal.assumed()
    ]


def _remark(columns: CommentedMap, proposal: Proposal, one: Assigned) -> None:
    for name, found in proposal.columns(one).items():
        if found.confidence < _PLAIN:
            columns.yaml_add_eol_comment(
                f"{found.confidence:.2f} {found.reason.text(language())}", name, column=_COLUMN
            )


def _tree(value: Any) -> Any:
    if isinstance(value, dict):
        return CommentedMap({key: _tree(inner) for key, inner in value.items()})
    if isinstance(value, list):
        told = CommentedSeq(_tree(inner) for inner in value)
        if not any(isinstance(inner, dict | list) for inner in value):
            told.fa.set_flow_style()
        return told
    return value
