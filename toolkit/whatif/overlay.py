"""What was turned, as a file to be laid over the study: only what differs, lists as a whole where they merge by no name."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from toolkit.params.edits import EDIT
from toolkit.params.merging import RESOURCE
from toolkit.params.reading import Key, Source
from toolkit.whatif.board import Board
from toolkit.whatif.knob import STUDY

WIDTH = 110


def overlay(board: Board, own: Mapping[str, Source]) -> dict[str, Any]:
    """Plain data of the scenario that ``board`` comes to.

    Parameters
    ----------
    board : Board
    own : mapping of file to Source
        As written, presets not written out: what the files themselves hold need not be said again.
    """
    found: dict[str, Any] = {}
    for file in dict.fromkeys(knob.file for knob in board.moved):
        data = board.data(file)
        keys = [knob.key for knob in board.moved if knob.file == file]
        if file == STUDY:
            found["capacity"] = [
                _cap(data["capacity"][place]) for place in dict.fromkeys(key[1] for key in keys)
            ]
            continue
        said: dict[str, Any] = {}
        for key in keys:
            _say(said, key, data, own[file].data)
        found.setdefault(EDIT, {})[file] = said
    return found


def as_yaml(data: Mapping[str, Any]) -> str:
    """``data`` as YAML, Chinese kept."""
    stream = StringIO()
    writer = YAML()
    writer.width, writer.allow_unicode, writer.default_flow_style = WIDTH, True, False
    writer.dump(data, stream)
    return stream.getvalue()


def _cap(cap: Mapping[str, Any]) -> dict[str, Any]:
    """A cap by what names it, with its amount."""
    return {key: cap[key] for key in (*RESOURCE, "most") if key in cap}


def _say(said: dict[str, Any], key: Key, data: Any, own: Any) -> None:
    """Enter one number: down to itself, or to the first list or block that the file itself does not hold."""
    for step in key[:-1]:
        data, own = data[step], own.get(step)
        if isinstance(data, list) or own is None:
            said[step] = data
            return
        said = said.setdefault(step, {})
    said[key[-1]] = data[key[-1]]
