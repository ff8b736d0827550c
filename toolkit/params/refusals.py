"""What pydantic refuses, in the words of an analyst: which key, what was typed, what is allowed, what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from toolkit.params.fields import field_at, known_keys, models_at
from toolkit.params.hints import hint
from toolkit.params.problems import KEYS_LISTED, suggested, worded
from toolkit.params.references import HIDDEN, is_secret_word
from toolkit.params.yaml_text import FULL_WIDTH, Key, full_width_words, written_at

BLOCKS = ("dict_type", "model_type", "model_attributes_type")
LISTS = ("tuple_type", "list_type")
UNSAID = ("missing", "union_tag_not_found")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refusal.

    Attributes
    ----------
    key : tuple of str and int
        As far as it is written in the file; a key that is missing ends it.
    written : Any
        What was written; ``...`` where nothing was, or where it may not be shown.
    zh, en : str
    whole : bool
        True where it concerns all that stands below ``key`` together.
    at : tuple of str and int
        What is to be pointed at: ``key``, or a part of what is below it.
    """

    key: Key
    written: Any
    zh: str
    en: str
    whole: bool
    at: Key


def refusal(
    data: Any, item: Mapping[str, Any], model: type[BaseModel], line: Callable[[Key], str]
) -> Refusal:
    """The refusal ``item`` of ``data`` by ``model``; ``line`` gives the text of the line in which a key is written."""
    kind, context = item["type"], item.get("ctx", {})
    key = _written_key(data, item["loc"], keep_last=kind == "missing")
    written = ... if kind in UNSAID else item["input"]
    if kind == "union_tag_invalid":
        key, written = (*key, context["discriminator"].strip("'")), context["tag"]
    zh, en = worded(kind, context, item["msg"])
    for more_zh, more_en in (_explained(data, item, model, key), hint(kind, context, written)):
        zh, en = zh + more_zh, en + more_en
    signs = [sign for sign in FULL_WIDTH if key and sign in str(key[-1])]
    if signs and kind in ("extra_forbidden", "gradelab", "invalid_key"):
        zh, en = full_width_words(signs[0])
        written = ...
    whole, at = isinstance(written, dict | list | BaseModel), key
    if kind == "gradelab" and whole:
        written, at = ..., _narrowed(data, key, context.get("at", ()))
    elif kind == "extra_forbidden" and (whole or written is None):
        written = ...
    if kind == HIDDEN or (key and is_secret_word(str(key[-1]))):
        written = ...
    elif isinstance(written, int | float) and not isinstance(written, bool) and key:
        written = written_at(line(key), str(key[-1])) or written
    return Refusal(key, written, zh, en, whole, at)


def _explained(data: Any, item: Mapping[str, Any], model: type[BaseModel], key: Key) -> tuple[str, str]:
    """What the model can add to the rule that was broken: names that exist, the meaning of a key, the keys of a block."""
    kind, context, written = item["type"], item.get("ctx", {}), item["input"]
    if kind == "extra_forbidden":
        zh, en = suggested(str(key[-1]), known_keys(model, data, key[:-1]))
        if written is None:
            zh += "；若它是一句话的一部分，请给整句加引号"
            en += "; if it is part of a sentence, the sentence needs quotes"
        return zh, en
    if kind == "union_tag_invalid":
        return suggested(
            context["tag"], [tag.strip().strip("'") for tag in context["expected_tags"].split(",")]
        )
    if kind == "missing":
        field = field_at(model, data, key)
        meaning = (field.json_schema_extra or {}).get("zh") if field else None
        return (f"：{meaning}", f": {field.description}") if meaning else ("", "")
    if kind in BLOCKS and (keys := _required(model, data, key)):
        listed = ", ".join(f"{name}: …" for name in keys)
        return f"，如 {{{listed}}}", f", such as {{{listed}}}"
    if kind in LISTS and isinstance(written, str | int | float):
        return f"，写作 [{written}]", f", written [{written}]"
    return "", ""


def _required(model: type[BaseModel], data: Any, key: Key) -> list[str]:
    """Keys that a block at ``key`` must have; none where that depends on its kind, or they are too many to list."""
    found = models_at(model, data, key)
    names = (
        [name for name, field in found[0].model_fields.items() if field.is_required()]
        if len(found) == 1
        else []
    )
    return names if len(names) <= KEYS_LISTED else []


def _narrowed(data: Any, key: Key, inside: Sequence[str | int]) -> Key:
    """``key`` and as much of ``inside`` as is written below it."""
    for step in key:
        data = data[step]
    for step in inside:
        there = isinstance(data, dict) and step in data
        there = there or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if not there:
            break
        key, data = (*key, step), data[step]
    return key


def _written_key(data: Any, location: tuple[str | int, ...], keep_last: bool) -> Key:
    """The path that exists in the file: union tags that pydantic inserts are left out.

    ``keep_last`` keeps a last step that the file does not have: the key that is missing.
    """
    key: list[str | int] = []
    for index, step in enumerate(location):
        wanted = keep_last and index == len(location) - 1
        if isinstance(data, dict) and (step in data or wanted):
            key.append(step)
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            key.append(step)
            data = data[step]
    return tuple(key)
