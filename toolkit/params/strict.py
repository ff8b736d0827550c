"""What every parameter model has in common."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from toolkit.terms import Label, Lang, without_gaps

T = TypeVar("T")


class Strict(BaseModel):
    """A frozen model that knows all its keys and coerces nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
QuarterText = Annotated[str, Field(pattern=r"^\d{4}Q[1-4]$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0)]
Several = Annotated[tuple[T, ...], Field(strict=False)]


def described(zh: str, en: str, default: Any = ..., **rules: Any) -> Any:
    """A field with its meaning in both languages; the reference pages are made from it."""
    return Field(default, description=en, json_schema_extra={"zh": zh}, **rules)


def refuse(zh: str, en: str, *at: str | int, number: bool = False) -> PydanticCustomError:
    """A cross-field rule that was broken, in both languages.

    Parameters
    ----------
    zh, en : str
    at : str or int
        Path below the model that the message should point at, as far as it is written in the file.
    number : bool
        Whether a number is wanted, so that one written with a unit is recognised.
    """
    return PydanticCustomError("gradelab", "{en}", {"zh": zh, "en": en, "at": at, "number": number})


class Words(Strict):
    """A text in Chinese and English."""

    zh: Text = described("中文", "Chinese text")
    en: Text = described("英文", "English text")

    def label(self) -> Label:
        """The text as a label."""
        return Label(without_gaps(self.zh), self.en)

    def text(self, lang: Lang) -> str:
        """The text in ``lang``."""
        return self.label().text(lang)
