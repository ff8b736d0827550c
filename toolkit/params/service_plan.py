"""Price lists and packages of service measures, and how a policy file takes one by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import model_validator

from toolkit.params.problems import Problem, suggested
from toolkit.params.reading import Source, read_model
from toolkit.params.service import MeasureParams, refuse_unserved
from toolkit.params.service_library import MeasureName, service_measures
from toolkit.params.service_people import PoolParams
from toolkit.params.strict import Identifier, Several, Strict, Text, Words, described, refuse

FOLDER = "service"
LISTED = (f"；{FOLDER} 文件夹里列有全部组合", f"; the folder {FOLDER} lists them all")


class PackageParams(Strict):
    """Measures that one grade receives together, at the prices of the file."""

    title: Words = described("名称", "name")
    measures: Several[MeasureName] = described("服务措施", "measures", min_length=1)


class ServicePlanParams(Strict):
    """Prices of service measures, and packages made of them."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    source: Text = described("数字出自哪里", "where the numbers come from")
    prices: Several[MeasureParams] = described(
        "每项措施的数量和单价", "quantity and price of each measure", min_length=1
    )
    pools: dict[Identifier, PoolParams] | None = described("班组", "pools of people", None)
    packages: dict[Identifier, PackageParams] = described(
        "服务组合，方案中写 preset: 名称", "packages; a policy names one as preset"
    )

    @property
    def priced(self) -> dict[str, MeasureParams]:
        """Prices by measure."""
        return {item.measure: item for item in self.prices}

    @model_validator(mode="after")
    def packages_are_priced(self) -> ServicePlanParams:
        names = [item.measure for item in self.prices]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise refuse(f"措施 {twice[0]} 有两个价格", f"the measure {twice[0]} is priced twice")
        for package, found in self.packages.items():
            free = [name for name in found.measures if name not in names]
            if free:
                raise refuse(
                    f"组合 {package} 中的 {free[0]} 没有价格",
                    f"{free[0]} of the package {package} has no price",
                )
        refuse_unserved({"prices": self.prices}, self.pools)
        return self


def with_presets(source: Source) -> tuple[Source, list[Problem]]:
    """A policy file with every ``preset`` written out as measures and pools, and what is wrong with the presets."""
    service = source.data.get("service") if isinstance(source.data, dict) else None
    plans = service.items() if isinstance(service, Mapping) else ()
    asked = {
        g: plan for g, plan in plans if isinstance(plan, Mapping) and isinstance(plan.get("preset"), str)
    }
    if not asked:
        return source, []
    files = [read_model(path, ServicePlanParams) for path in plan_files(Path(source.file))]
    packages = {name: file for file in files for name in file.packages}
    problems, written, pools = [], dict(service), dict(source.data.get("pools") or {})
    for grade, plan in asked.items():
        name = plan["preset"]
        if name not in packages:
            zh, en = suggested(name, sorted(packages), LISTED) if packages else _no_folder()
            key = ("service", grade, "preset")
            problems.append(
                source.problem(
                    key, name, f"没有名为此的服务组合{zh}", f"there is no package of this name{en}"
                )
            )
            continue
        taken = _taken(packages[name], name, plan.get("measures") or [])
        written[grade] = {**plan, "measures": taken}
        used = {item.get("pool") for item in taken if isinstance(item, Mapping)}
        own = packages[name].pools or {}
        pools |= {pool: _dumped(own[pool]) for pool in used if pool in own and pool not in pools}
    data = {**source.data, "service": written} | ({"pools": pools} if pools else {})
    return replace(source, data=data), problems


def _taken(plan: ServicePlanParams, package: str, own: list[Any]) -> list[Any]:
    """The measures of a package, those that the policy file gives itself replaced and its others added.

    Those of the file come first, so that a message points at the right line.
    """
    numbers = {measure.number: id for id, measure in service_measures().items()}
    said = [item.get("measure") for item in own if isinstance(item, Mapping)]
    replaced = {numbers.get(name, name) for name in said}
    names = [name for name in plan.packages[package].measures if name not in replaced]
    return [*own, *(_dumped(plan.priced[name]) for name in names)]


def _dumped(model: Strict) -> dict[str, Any]:
    return model.model_dump(exclude_none=True)


def plan_files(policy: Path) -> list[Path]:
    """Plan files of the nearest folder ``service`` beside or above the policy file."""
    for parent in policy.absolute().parents:
        found = sorted((parent / FOLDER).glob("*.yaml"))
        if found:
            return found
    return []


def _no_folder() -> tuple[str, str]:
    return (
        f"；方案文件旁边或上层没有 {FOLDER} 文件夹",
        f"; there is no folder {FOLDER} beside or above the policy file",
    )
