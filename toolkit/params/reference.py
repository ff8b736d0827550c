"""JSON Schema and reference page of the parameter files, generated from the models.

``python -m toolkit.params.reference`` rewrites ``params/schema/*.json`` and ``params/README.md``;
a test fails when they are stale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.policy import PolicyParams
from toolkit.params.service_library import service_measures
from toolkit.params.service_plan import ServicePlanParams
from toolkit.params.study import StudyParams

FILES: dict[str, tuple[type[BaseModel], str, str]] = {
    "study": (StudyParams, "研究文件 params/studies/*.yaml", "Study files, params/studies/*.yaml"),
    "policy": (PolicyParams, "方案文件 params/policies/**/*.yaml", "Policy files, params/policies/**/*.yaml"),
    "decision_rule": (
        DecisionRuleParams,
        "决策规则文件 params/decision_rules/*.yaml",
        "Decision rule files, params/decision_rules/*.yaml",
    ),
    "service_plan": (
        ServicePlanParams,
        "服务价目文件 params/service/*.yaml",
        "Lists of service prices, params/service/*.yaml",
    ),
}
HEAD = """# Parameters · 参数

Generated from the models in `toolkit/params/` by `make params`; do not edit by hand.
由 `toolkit/params/` 中的模型生成（`make params`），请勿手工修改。

Every file is strict: unknown keys and keys written twice are refused, all problems are reported at once with file,
line, key, value and what is allowed. A number is inclusive (以上) unless the file says `above` (超过). Shares are 0 to 1.
参数文件从严：未知的键、重复的键一律拒绝，所有问题一次报出。数字默认含本数（以上），写 `above` 才是“超过”。比例一律写 0 至 1。

Editors that know the YAML language server complete and explain keys from `params/schema/`.
"""


def schemas() -> dict[str, str]:
    """JSON Schema text by file name."""
    return {
        f"{name}.schema.json": json.dumps(
            model.model_json_schema(), ensure_ascii=False, indent=1, sort_keys=True
        )
        + "\n"
        for name, (model, _, _) in FILES.items()
    }


def page() -> str:
    """The reference page."""
    parts = [HEAD]
    for model, zh, en in FILES.values():
        parts.append(f"\n## {en} · {zh}\n")
        schema = model.model_json_schema()
        parts.extend(_section(name, part) for name, part in _models(schema))
    return "".join([*parts, _library()])


def write(folder: Path) -> None:
    """Write schemas and page below ``folder`` (the ``params`` folder)."""
    (folder / "schema").mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / "schema" / name).write_text(text, "utf-8")
    (folder / "README.md").write_text(page(), "utf-8")


def _library() -> str:
    """The service measures that a plan may name."""
    rows = [
        f"| `{m.id}` | {m.number} | {m.label.en} | {m.label.zh} | `{m.driver}` | `{m.scales_with}` |\n"
        for m in service_measures().values()
    ]
    return (
        "\n## Service measures · 服务措施\n\n| measure | number | meaning | 含义 | driver | scales with |\n"
        f"|---|---|---|---|---|---|\n{''.join(rows)}"
    )


def _models(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield schema["title"], schema
    yield from schema.get("$defs", {}).items()


def _section(name: str, schema: Mapping[str, Any]) -> str:
    meaning = (schema.get("description") or "").split("\n")[0]
    rows = [
        f"| `{key}` | {_kind(field)} | {_rule(key, field, schema)} | {_cell(field.get('description', ''))} "
        f"| {_cell(field.get('zh', ''))} |\n"
        for key, field in schema.get("properties", {}).items()
    ]
    head = "| key | type | allowed | meaning | 含义 |\n|---|---|---|---|---|\n"
    return f"\n### {name}\n\n{meaning}\n\n{head}{''.join(rows)}"


def _kind(field: Mapping[str, Any]) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " / ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        return field["$ref"].rsplit("/", 1)[-1]
    for word in ("anyOf", "oneOf"):
        if word in field:
            return " or ".join(dict.fromkeys(_kind(option) for option in field[word]))
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if isinstance(field.get("additionalProperties"), dict):
        return f"name: {_kind(field['additionalProperties'])}"
    return field.get("format") or field.get("type", "any")


def _rule(key: str, field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    words = {
        "minimum": "≥",
        "maximum": "≤",
        "exclusiveMinimum": ">",
        "exclusiveMaximum": "<",
        "minItems": "items ≥",
    }
    rules = [f"{sign} {field[word]:g}" for word, sign in words.items() if word in field]
    if "pattern" in field:
        rules.append(f"`{_cell(field['pattern'])}`")
    if key in schema.get("required", ()):
        rules.append("required")
    elif "default" in field:
        rules.append(f"default `{json.dumps(field['default'], ensure_ascii=False)}`")
    return ", ".join(rules)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


if __name__ == "__main__":
    write(Path("params"))
