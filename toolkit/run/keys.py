"""What each step of a run depends on: if none of it differs, the step need not be done again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit.params.history import FilesParams
from toolkit.reporting.brand import brand_files
from toolkit.run import provenance
from toolkit.run.files import Places, digest, read_json, text_digest
from toolkit.run.folder import LATEST, MANIFEST
from toolkit.run.plan import Plan
from toolkit.run.sources import Sources, data_files, data_tables, notebook_text
from toolkit.run.store import Entry
from toolkit.window import Quarter

ROOMS_THAT_READ = ("study", "panel", "synthetic", "measures", "history", "params", "grades", "window")
ROOMS_THAT_RENDER = ("reporting", "terms", "window")
FACTS_MODULE = "facts.py"


@dataclass(frozen=True)
class Keys:
    """Ingredients of the keys of a plan's steps.

    Attributes
    ----------
    plan : Plan
    sources : Sources
    fonts : list of dict
        Name and SHA-256 of every font in use.
    packages : dict of str to str
        Every installed package with its version.
    """

    plan: Plan
    sources: Sources
    fonts: list[dict[str, str]]
    packages: Mapping[str, str]

    def data(self) -> dict[str, Any]:
        """Ingredients of reading the data."""
        study = self.plan.files.study
        history = study.history
        undated = isinstance(history, FilesParams) and history.latest is None
        return {
            "history": history.model_dump(mode="json"),
            "fiscal_start_month": study.fiscal_start_month,
            "quarter": self.plan.quarter,
            "files": self.sources.digests(self.sources.data) | self.sources.stored(),
            "pilots": self._pilots,
            "day": date.today().isoformat() if undated else None,
            "code": self.sources.code(*ROOMS_THAT_READ),
            **self._environment,
        }

    def chapter(self, path: Path, quarter: str, data_key: str) -> dict[str, Any]:
        """Ingredients of the chapter ``path``; ``data_key`` is the key of the step that reads the data."""
        return {
            "notebook": notebook_text(path),
            "given": {"study": self._study_file, "quarter": quarter, "lang": self.plan.chapter_language},
            **self._parameters,
            "data": data_key,
            "earlier": self.earlier(quarter),
            "code": self.sources.code(),
            "fonts": self.fonts,
            **self._environment,
        }

    def facts(self, quarter: str, chapters: Mapping[str, Entry]) -> dict[str, Any]:
        """Ingredients of gathering the facts and of the closing; ``chapters`` by name."""
        study = self.plan.files.study
        told = {
            name: {file: sha for file, sha in entry.files.items() if file.startswith("facts/")}
            for name, entry in chapters.items()
        }
        return {
            "chapters": told,
            "titles": {path.stem: _title(path) for path in self.plan.chapters},
            "earlier": self.earlier(quarter),
            "languages": list(study.languages),
            "sign_off": study.sign_off.model_dump() if study.sign_off else None,
            "code": [digest(Path(__file__).with_name(FACTS_MODULE)), self.sources.code(*ROOMS_THAT_RENDER)],
        }

    def report(self, name: str, chapters: Mapping[str, Entry], facts: Entry, about: dict) -> dict[str, Any]:
        """Ingredients of the report ``name``; ``about`` is what its first page says, without run and date."""
        return {
            "report": name,
            "chapters": {name: entry.known["digest"] for name, entry in chapters.items()},
            "order": list(chapters),
            "facts": facts.files,
            "about": about,
            "brand": self.sources.digests(self.sources.look),
            "code": self.sources.code(*ROOMS_THAT_RENDER),
            "fonts": self.fonts,
            **self._environment,
        }

    def earlier(self, quarter: str) -> dict[str, Any]:
        """Runs of earlier quarters that a chapter may read: identifier, and digest of what they left."""
        study, this = self.plan.out / self.plan.files.study.id, Quarter.parse(quarter)
        found = {}
        for pointer in sorted(study.glob(f"[0-9]*Q[1-4]/{LATEST}")):
            if Quarter.parse(pointer.parent.name) < this:
                run = str(read_json(pointer).get("run"))
                left = read_json(pointer.parent / run / MANIFEST).get("outputs")
                found[pointer.parent.name] = {"run": run, "outputs": text_digest(json.dumps(left))}
        return found

    @property
    def _pilots(self) -> dict[str, str]:
        """Pilot files that the study may read, with their lots, by digest."""
        study = self.plan.files.study
        if study.pilots is None:
            return {}
        from toolkit.study.pilot_files import lots_beside, pilots_of_reports

        found = list(pilots_of_reports(self.plan.out / study.id)) if study.pilots.from_reports else []
        for pattern in study.pilots.files:
            wanted = self.plan.files.path.parent / pattern
            found += sorted(wanted.parent.glob(wanted.name))
        both = [file for path in found for file in (path, lots_beside(path)) if file.is_file()]
        return {file.name: digest(file) for file in both}

    @property
    def _study_file(self) -> str:
        return self.plan.study_named(lambda path: Path(os.path.relpath(path, self.plan.root)).as_posix())

    @cached_property
    def _parameters(self) -> dict[str, Any]:
        """Resolved parameters, and the files' own text: a comment in it may mark a value as ours."""
        resolved = self.plan.resolved()
        policies = {name: resolved.pop(name) for name in ("baseline", "alternatives")}
        policies["catalogue"] = [one.model_dump(mode="json") for one in self.plan.files.catalogue]
        extensions = {one.name: one.sha256 for one in self.plan.files.extensions}
        own_code = {one.path for one in self.plan.files.extensions}
        texts = self.sources.digests(path for path in self.sources.parameters if path not in own_code)
        return {
            "parameters": {**resolved, "policies": policies},
            "texts": texts,
            "extensions": extensions,
        }

    @cached_property
    def _environment(self) -> dict[str, Any]:
        lock = self.plan.root / provenance.LOCK
        return {
            "lock": digest(lock) if lock.is_file() else None,
            "packages": text_digest(json.dumps(dict(self.packages), sort_keys=True)),
        }


def _title(chapter: Path) -> Any:
    return read_json(chapter).get("metadata", {}).get("gradelab", {}).get("title")


def make_sources(plan: Plan, places: Places) -> Sources:
    """What a run of ``plan`` reads."""
    data = data_files(plan.files.study.history, plan.data)
    tables = data_tables(plan.files.study.history)
    look = brand_files(plan.brand)
    return Sources(
        plan.files.files,
        plan.chapters,
        data,
        places,
        look=look,
        databases=tables,
        history=plan.files.study.history,
    )
