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

from toolkit.params.behaviour import BehaviourParams
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.pilot import PilotParams
from toolkit.params.policy import PolicyParams
from toolkit.params.schemes import KINDS
from toolkit.params.service_library import service_measures
from toolkit.params.service_plan import ServicePlanParams
from toolkit.params.sets import SetParams
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
    "pilot": (
        PilotParams,
        "试点文件（由报告生成）",
        "Pilot files, written by a report",
    ),
    "behaviour": (
        BehaviourParams,
        "客户反应文件 params/behaviour/*.yaml",
        "Files of declared reactions, params/behaviour/*.yaml",
    ),
    "set": (SetParams, "情景集合 params/sets/*.yaml", "Sets of scenarios, params/sets/*.yaml"),
}
OVERLAYS = """
## Overlays, params/scenarios/*.yaml and params/quarters/STUDY/2026Q3.yaml · 叠加文件

A study may stand on another (`base: demo.yaml`, relative to the file). Over it lie, in this order: the file of the
quarter, found by itself at `params/quarters/<study id>/<quarter>.yaml`, and the scenarios of `gradelab run STUDY --with
FILE` (repeatable; a member of a set is `FILE#NAME`). An overlay has the keys of a study file, each optional; paths in it
are relative to the overlay itself. A run with scenarios is a what-if: it never becomes the latest report.
研究可以立在另一份研究之上（`base: demo.yaml`，相对于本文件）。其上依次叠加：本季度的文件（自动查找
`params/quarters/<研究编号>/<季度>.yaml`），以及 `gradelab run STUDY --with 文件`（可重复；集合中的一个写作 `文件#名称`）。
叠加文件的键与研究文件相同，都可以不写；其中的路径相对于叠加文件自己。带情景的运行只是推演，不会成为最新报告。

| written above | what becomes of it | 结果 |
|---|---|---|
| `key: value` | replaces the value | 取代原值 |
| a mapping | merges key by key | 逐键合并 |
| a mapping with another `kind` or `design` | replaces the mapping | 种类不同则整体取代 |
| a mapping with `replace: true` | replaces the mapping | 整体取代 |
| `key: {remove: true}` | drops the key | 去掉该键 |
| a list whose items have `id`, `name`, or `pool` and `counts` | merges by that name (caps also by `package`, `since`); new items are added | 按名称逐项合并，新的加在后面 |
| such an item with `remove: true` | drops the item | 去掉该项 |
| any other list, an empty one too | replaces the list | 整体取代 |

`edit` changes policy and decision-rule files by the `id` of the file, by the same rules; the files stay as they are:
`edit` 按文件的 `id` 改动方案或决策规则，规则相同，文件本身不变：

```yaml
edit:
  vip_80k: {scheme: {floors: {VIP: 90_000}}}
  board_2026: {horizon_quarters: 5}
```

The file of a quarter cannot change `id`, `history`, `quarter` or `fiscal_start_month`, a scenario not `id`. Messages name
the file and line in which a value stands. `gradelab params STUDY --with FILE` lists every parameter with its origin and
what each file changes; each run keeps the origins in `params.origins.json`.
季度文件不能改 `id`、`history`、`quarter`、`fiscal_start_month`，情景不能改 `id`。出错信息写明值所在的文件和行。
`gradelab params STUDY --with 文件` 列出全部参数的出处与各文件的改动；每次运行把出处存为 `params.origins.json`。
"""
PLACES_OF_OVERLAYS = {
    "remove": {"const": True, "description": "drop what is below · 去掉下层的这一项"},
    "replace": {"const": True, "description": "replace what is below as a whole · 整体取代下层"},
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
    """JSON Schema text by file name; kinds of scheme that extensions have added are among the kinds."""
    found = {name: model.model_json_schema() for name, (model, _, _) in FILES.items()}
    found["overlay"] = overlay_schema()
    for schema in found.values():
        _extend(schema, schema)
    return {f"{name}.schema.json": _dumped(schema) for name, schema in found.items()}


def _extend(node: Any, schema: dict[str, Any]) -> None:
    """Let ``kind`` also be one that a loaded extension adds, wherever ``node`` has a scheme."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for part in list(inner):
        _extend(part, schema)
    mapping = node.get("discriminator", {}).get("mapping", {}) if isinstance(node, dict) else {}
    if "thresholds" not in mapping:
        return
    for kind, model in KINDS.items():
        own = model.model_json_schema()
        schema["$defs"] |= own.pop("$defs", {}) | {model.__name__: own}
        mapping[kind] = f"#/$defs/{model.__name__}"
        node["oneOf"].append({"$ref": mapping[kind]})


def overlay_schema() -> dict[str, Any]:
    """JSON Schema of overlays, and of studies that stand on another: no key is required, any part may be dropped."""
    schema = StudyParams.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        part.pop("required", None)
        if "properties" in part:
            part["properties"] |= PLACES_OF_OVERLAYS
    schema["properties"]["base"] = {
        "type": "string",
        "description": "study file on which this one stands · 所立足的研究文件",
    }
    for part in schema["properties"].values():
        part.pop("minItems", None)
        if "oneOf" in part:
            part["anyOf"] = part.pop("oneOf")
            part.pop("discriminator", None)
    return schema


def _dumped(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def page() -> str:
    """The reference page."""
    parts = [HEAD]
    for model, zh, en in FILES.values():
        parts.append(f"\n## {en} · {zh}\n")
        schema = model.model_json_schema()
        parts.extend(_section(name, part) for name, part in _models(schema))
    return "".join([*parts, OVERLAYS, _library()])


def write_schemas(folder: Path) -> None:
    """Write the JSON Schemas into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")


def write(folder: Path) -> None:
    """Write schemas and page below ``folder`` (the ``params`` folder)."""
    write_schemas(folder / "schema")
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
