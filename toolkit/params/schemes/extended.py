"""Kinds of scheme that an extension adds: their parameter models stand beside the built-in ones."""

from __future__ import annotations

from typing import Any, ClassVar, get_args

from pydantic import GetCoreSchemaHandler, ValidatorFunctionWrapHandler
from pydantic_core import CoreSchema, core_schema

from toolkit.params.schemes.subject import RuleParams


class OwnParams(RuleParams):
    """Parameters of a kind of scheme of the company's own.

    A subclass has ``kind`` (a ``Literal`` of one word) and ``grades``, best first, as fields or properties, gives in
    ``own_needs`` the columns it looks at, and a method ``words(names) -> Label`` that says, as part of a sentence in
    both languages, what the scheme does; ``names`` has the label of every measure.

    Attributes
    ----------
    rises : tuple of str
        Columns of which more never means a worse grade; :func:`toolkit.promises.examine` holds it to that.
    alone : bool
        Whether, once frozen, a customer's grade depends on nobody else.
    """

    rises: ClassVar[tuple[str, ...]] = ()
    alone: ClassVar[bool] = True

    @property
    def ordered(self) -> bool:
        """Whether the grades have an order, best first."""
        return True


KINDS: dict[str, type[OwnParams]] = {}


def kind_of(model: type[OwnParams]) -> str:
    """The word by which a policy file names the kind.

    Raises
    ------
    ValueError
        Where the model has no ``kind`` of exactly one word, or no method ``words``.
    """
    if not callable(getattr(model, "words", None)):
        raise ValueError(
            f"{model.__name__} needs a method words(names) that returns a Label: what the scheme does, zh and en"
        )
    field = model.model_fields.get("kind")
    words = get_args(field.annotation) if field else ()
    if len(words) != 1 or not isinstance(words[0], str):
        raise ValueError(f"{model.__name__} needs a field kind: Literal[...] of one word")
    return words[0]


class Extended:
    """Marks the union of kinds: what an extension has added is validated by its own model.

    Parameter files arrive as Python data; text in JSON knows the built-in kinds alone.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        built_in = handler(source)
        return core_schema.json_or_python_schema(
            json_schema=built_in,
            python_schema=core_schema.no_info_wrap_validator_function(_validated, built_in),
            serialization=core_schema.wrap_serializer_function_ser_schema(_written, info_arg=True),
        )


def _validated(written: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(written, OwnParams):
        return written
    kind = written.get("kind") if isinstance(written, dict) else None
    model = KINDS.get(kind) if isinstance(kind, str) else None
    return handler(written) if model is None else model.model_validate(written)


def _written(value: Any, handler: Any, info: Any) -> Any:
    if not isinstance(value, OwnParams):
        return handler(value)
    return value.model_dump(
        mode=info.mode,
        by_alias=info.by_alias,
        exclude_unset=info.exclude_unset,
        exclude_defaults=info.exclude_defaults,
        exclude_none=info.exclude_none,
    )
