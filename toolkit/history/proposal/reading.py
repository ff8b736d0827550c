"""Amounts as the study would read them, beside what the file says."""

from __future__ import annotations

from toolkit.history import cells
from toolkit.history.expression import parse
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.proposal import Proposal
from toolkit.history.raw import cell_name

_LOOKED_AT = 50
_SHOWN = 3


def as_read(proposal: Proposal, one: Assigned) -> dict[str, list[tuple[str, float]]]:
    """Some cells as written, and the number that is read from them, by standard column that is more than a plain column."""
    names, matches = one.page.raw.names, proposal.columns(one)
    changed = {name: text for name, text in proposal.texts(one).items() if text not in names}
    if not changed:
        return {}
    style = proposal.style(one)
    cell = {name: one.page.sample[cell_name(place)] for place, name in enumerate(names)}
    found = {}
    for name, text in changed.items():
        value = parse(text, names).value(lambda column: cells.number(cell[column], style))
        parts = parse(matches[name].text, names).columns
        shown = {f"part_{place}": cells.text(cell[part]) for place, part in enumerate(parts)}
        rows = one.page.sample.select(value=value, **shown).limit(_LOOKED_AT).to_pyarrow().to_pylist()
        told = {
            ", ".join(row[key] or "" for key in shown): row["value"]
            for row in rows
            if row["value"] is not None
        }
        found[name] = list(told.items())[:_SHOWN]
    return found
