"""What a study changes in the policy and decision-rule files that it names, by the ``id`` of the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from toolkit.params.merging import Change, merge, part_of
from toolkit.params.problems import Problem, suggested
from toolkit.params.reading import Source

EDIT = "edit"
ID = "id"


@dataclass(slots=True)
class Edits:
    """The key ``edit`` of a study, laid over each file that it names.

    Attributes
    ----------
    study : Source
    changes : dict of str to tuple of Change
        By the id of the file; filled in as files are read.
    sources : dict of str to Source
        The files with what is changed in them; by id, filled in as files are read.
    """

    study: Source
    changes: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)

    def over(self, source: Source) -> tuple[Source, list[Problem]]:
        """``source`` with what the study changes in it, and what cannot be changed so."""
        id = source.data.get(ID) if isinstance(source.data, dict) else None
        if not isinstance(id, str):
            return source, []
        self.sources[id] = source
        if id not in self._wanted:
            return source, []
        above = part_of(self.study, (EDIT, id))
        barred = [ID] if ID in above.data else []
        problems = [
            above.problem((key,), above.data[key], "编号不能改", "an id cannot be changed") for key in barred
        ]
        merged = merge(source, replace(above, data={k: v for k, v in above.data.items() if k != ID}))
        self.changes[id], self.sources[id] = merged.changes, merged.source
        return merged.source, [*problems, *merged.problems]

    def unknown(self, known: Iterable[str]) -> list[Problem]:
        """Problems of edits that fit no file; ``known`` are the ids of those that were read."""
        allowed = sorted(known)
        found = []
        for id in self._wanted:
            if id not in allowed:
                zh, en = suggested(id, allowed)
                zh, en = f"没有编号为此的方案或决策规则{zh}", f"no policy or decision rule has this id{en}"
                found.append(self.study.problem((EDIT, id), id, zh, en))
        return found

    @property
    def _wanted(self) -> list[str]:
        data = self.study.data.get(EDIT) if isinstance(self.study.data, dict) else None
        items = data.items() if isinstance(data, dict) else ()
        return [id for id, change in items if isinstance(change, dict)]
