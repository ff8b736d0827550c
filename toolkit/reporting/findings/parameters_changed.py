"""Parameters that are not what they were in the report before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from toolkit.params.resolved import POLICIES, described_parameters, flat_parameters, resolved_parameters
from toolkit.reporting.earlier import Earlier
from toolkit.reporting.facts import Fact
from toolkit.reporting.findings.assumptions import name_of
from toolkit.study import Study
from toolkit.terms import Label

RESOLVED, COPIES = "params.resolved.yaml", "params.files.json"
EARLIER_TEXT, NEW_TEXT = Label("旧文本", "earlier text"), Label("新文本", "new text")


@dataclass(frozen=True, slots=True)
class Changed:
    """One parameter that is not what it was; a side that there is not is None."""

    key: str
    label: Label
    before: Any
    after: Any


def parameters_told(changed: tuple[Changed, ...] | None, earlier: Earlier | None) -> Iterator[Fact]:
    """The quarter compared with, and how many parameters changed since; nothing in a first report.

    Examples
    --------
    >>> from pathlib import Path
    >>> import toolkit
    >>> from toolkit.reporting.earlier import Earlier
    >>> earlier = Earlier(toolkit.Quarter.parse("2026Q2"), Path("."), {})
    >>> for fact in list(toolkit.findings.parameters_told((), earlier))[:4]:
    ...     print(fact.id, "=", fact.text("en", "CNY"))
    parameters.quarter = 2026Q2
    parameters.changed = 0
    """
    if earlier is None:
        return
    quarter = Label("上一份报告的季度", "quarter of the previous report")
    yield Fact("parameters.quarter", str(earlier.quarter), "text", quarter)
    if changed is not None:
        count = Label("变了的参数", "parameters that changed")
        yield Fact("parameters.changed", len(changed), "count", count)


def parameters_changed(study: Study, earlier: Earlier | None) -> tuple[Changed, ...] | None:
    """Parameters of this report that differ from those of the earlier one; None where those cannot be read, or there is none.

    Of a policy that only one of the reports has the list of policies tells; its own parameters are left out. Files
    that are not part of the resolved parameters (reactions, catalogue, templates) are named where their text differs.

    Examples
    --------
    >>> import pathlib, tempfile, toolkit
    >>> from ruamel.yaml import YAML
    >>> from toolkit.reporting.earlier import Earlier
    >>> study, folder = toolkit.example_study(), pathlib.Path(tempfile.mkdtemp())
    >>> before = toolkit.resolved_parameters(study.files, "2026Q2")
    >>> before["decision_rule"]["adopt_probability"] = 0.8
    >>> YAML().dump(before, folder / "params.resolved.yaml")
    >>> earlier = Earlier(toolkit.Quarter.parse("2026Q2"), folder, {})
    >>> changed = toolkit.findings.parameters_changed(study, earlier)
    >>> [(one.key, one.before, one.after) for one in changed]
    [('decision_rule.adopt_probability', 0.8, 0.9)]
    """
    files, before = study.files, _resolved(earlier) if earlier else None
    if before is None or earlier is None:
        return None
    was, now = flat_parameters(before), flat_parameters(resolved_parameters(files, files.study.quarter))
    both = {part.split(".")[1] for part in was if part.startswith("policy.")} & {
        one.id for one in files.policies
    }
    labels = described_parameters(files)
    keys = [key for key in dict.fromkeys([*now, *was]) if _counts(key, both) and was.get(key) != now.get(key)]
    found = [
        Changed(key, Label("参与比较的方案", "policies compared") if key == POLICIES else labels.get(key, Label("", "")), was.get(key), now.get(key))
        for key in keys
    ]  # fmt: skip
    return (*found, *_files_changed(study, earlier))


def _counts(key: str, policies: set[str]) -> bool:
    return not key.startswith("policy.") or key.split(".")[1] in policies


def _files_changed(study: Study, earlier: Earlier) -> Iterator[Changed]:
    files = study.files
    kept, name = earlier.read(COPIES), name_of(files)
    resolved = {Path(files.edits.sources[one.id].file).resolve() for one in (*files.policies, files.rule)}
    for path in files.named:
        before = kept.get(name(path))
        if path.resolve() not in resolved and before is not None and before != path.read_text("utf-8"):
            yield Changed(name(path), Label("文件内容", "text of the file"), EARLIER_TEXT, NEW_TEXT)


def _resolved(earlier: Earlier) -> Mapping[str, Any] | None:
    try:
        told = YAML(typ="safe", pure=True).load((earlier.folder / RESOLVED).read_text("utf-8"))
    except (OSError, ValueError, YAMLError):
        return None
    return told if isinstance(told, dict) else None
