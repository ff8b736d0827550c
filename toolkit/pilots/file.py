"""A pilot as a file: every key with its meaning, always the same bytes for the same pilot."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from toolkit.params.pilot import PilotParams

SCHEMA = "# yaml-language-server: $schema=../schema/pilot.schema.json\n"
HEAD = """\
# 试点方案：由报告生成，随抽签名单（同名 .lots.csv）一并保存，勿手工修改；此后各季度的研究据此读取抽签结果。
# A pilot written by a report. Keep it with its lots (.lots.csv of the same name) and do not edit it: the studies of
# the following quarters read the draw from it.
"""
WIDTH = 10_000


def pilot_yaml(pilot: PilotParams) -> str:
    """``pilot`` as YAML, each key explained in Chinese and English; readable by :func:`read_pilot`.

    Examples
    --------
    >>> import toolkit
    >>> text = toolkit.pilots.pilot_yaml(toolkit.example_study().pilots[0].params)
    >>> [line for line in text.splitlines() if line.startswith(("id:", "policy:"))]
    ['id: points_2026q3']
    """
    data = CommentedMap()
    for name, field in PilotParams.model_fields.items():
        value = getattr(pilot, name)
        if value == field.default:
            continue
        data[name] = _plain(value)
        said = f"{field.json_schema_extra['zh']} · {field.description}"
        data.yaml_set_comment_before_after_key(name, before=said)
    writer, text = YAML(typ="rt"), StringIO()
    writer.width, writer.allow_unicode = WIDTH, True
    writer.dump(data, text)
    return SCHEMA + HEAD + text.getvalue()


def _plain(value: Any) -> Any:
    """Models as blocks, tuples as lists; what a block leaves at its default is left out."""
    if hasattr(value, "model_fields_set"):
        fields = type(value).model_fields
        return {name: _plain(getattr(value, name)) for name in fields if getattr(value, name) is not None}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
