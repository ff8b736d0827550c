"""Parameters on their way into a notebook: plain JSON types only, Chinese left readable."""

from __future__ import annotations

import ast
import math
from typing import Any

from papermill.models import Parameter
from papermill.translators import PythonTranslator

from toolkit.errors import ParameterError


class ReadableTranslator(PythonTranslator):
    """papermill's Python translator with three cures.

    Chinese text is written as it is read, a value that JSON does not know is refused instead of
    becoming text, and the parameters cell is read by Python's own parser instead of line by line.
    """

    @classmethod
    def translate(cls, val: Any) -> str:
        """``val`` as a Python literal."""
        if val is None or type(val) in (bool, int):
            return repr(val)
        if type(val) is float and math.isfinite(val):
            return repr(val)
        if type(val) is str:
            return cls.translate_str(val)
        if type(val) is list:
            return cls.translate_list(val)
        if type(val) is dict and all(type(key) is str for key in val):
            return cls.translate_dict(val)
        shown = repr(val)[:60]
        raise ParameterError(
            zh=f"参数值 {shown}（{type(val).__name__}）不能传给章节；只能是文字、有限的数字、true/false、null、列表或以文字为键的字典。",
            en=f"The parameter value {shown} ({type(val).__name__}) cannot be given to a chapter; allowed are text, "
            "finite numbers, true/false, null, lists, and dicts with text as keys.",
        )

    @classmethod
    def translate_str(cls, val: str) -> str:
        """``val`` in double quotes; only what cannot be read is escaped.

        >>> print(ReadableTranslator.translate_str('重要客户 "A"'))
        "重要客户 \\"A\\""
        """
        kept = "".join(c if c.isprintable() and c not in '"\\' else _escaped(c) for c in val)
        return f'"{kept}"'

    @classmethod
    def codify(cls, parameters: dict[str, Any], comment: str = "Parameters") -> str:
        """Source of the injected cell."""
        lines = [
            cls.comment(comment),
            *(f"{name} = {cls.translate(value)}" for name, value in parameters.items()),
        ]
        return "\n".join(lines)

    @classmethod
    def inspect(cls, parameters_cell: dict[str, Any]) -> list[Parameter]:
        """Names, types and defaults of the parameters cell; empty where it is not Python."""
        try:
            body = ast.parse(parameters_cell["source"]).body
        except SyntaxError:
            return []
        found = []
        for node in body:
            target = (
                node.target
                if isinstance(node, ast.AnnAssign)
                else node.targets[0]
                if isinstance(node, ast.Assign)
                else None
            )
            if isinstance(target, ast.Name) and node.value is not None:
                kind = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else "None"
                found.append(Parameter(target.id, kind, ast.unparse(node.value), ""))
        return found


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character.encode("unicode_escape").decode("ascii")
