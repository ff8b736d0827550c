"""Every kind of service that a plan may name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import AfterValidator
from ruamel.yaml import YAML

from toolkit.params.problems import suggested
from toolkit.params.strict import refuse
from toolkit.terms import Label

Driver = Literal["head", "hour", "seat", "event", "share", "once"]
Scale = Literal["customers", "orders", "calls", "revenue", "visits"]


@dataclass(frozen=True, slots=True)
class ServiceMeasure:
    """One kind of service.

    Attributes
    ----------
    id, number : str
        ``m07_visits`` and its number in the catalogue, ``M07``.
    label : Label
    driver : str
        What its cost is usually counted in.
    scales_with : str
        What its volume follows.
    """

    id: str
    number: str
    label: Label
    driver: Driver
    scales_with: Scale


@cache
def service_measures() -> dict[str, ServiceMeasure]:
    """Every measure a plan may name, by id, in the order of their numbers.

    Examples
    --------
    >>> import toolkit
    >>> one = toolkit.service_measures()["m07_visits"]
    >>> one.number, one.label.en, one.driver, len(toolkit.service_measures())
    ('M07', 'regular visits', 'hour', 77)
    """
    text = resources.files("toolkit.params").joinpath("service_measures.yaml").read_text("utf-8")
    return {
        row["id"]: ServiceMeasure(
            row["id"], row["number"], Label(row["zh"], row["en"]), row["driver"], row["scales_with"]
        )
        for row in YAML(typ="safe", pure=True).load(text)
    }


def _known(name: str) -> str:
    """The id of a measure, which may be written as its number."""
    known = service_measures()
    numbers = {measure.number: measure.id for measure in known.values()}
    if name in known or name in numbers:
        return numbers.get(name, name)
    zh, en = suggested(name, list(known))
    raise refuse(f"没有名为此的服务措施{zh}", f"there is no service measure of this name{en}")


MeasureName = Annotated[str, AfterValidator(_known)]
