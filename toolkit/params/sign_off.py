"""Parameters of the sign-off block: who answers for a report, in which role."""

from __future__ import annotations

from toolkit.params.strict import Strict, Text, described
from toolkit.terms import Label

ROLES: dict[str, Label] = {
    "commissioner": Label("委托人", "commissioner"),
    "analyst": Label("分析师", "analyst"),
    "assurer": Label("复核人", "assurer"),
    "approver": Label("批准人", "approver"),
}


class SignatoryParams(Strict):
    """One who signs."""

    name: Text = described("姓名", "name")
    position: Text | None = described("职务或部门", "position or department", None)


class SignOffParams(Strict):
    """Names under the report, by role; a role that is left out has a line without a name."""

    commissioner: SignatoryParams | None = described(
        "委托人：提出问题、商定范围", "commissioner: asked the question and agreed its scope", None
    )
    analyst: SignatoryParams | None = described(
        "分析师：做分析、记录假设与数据", "analyst: did the work and kept the logs", None
    )
    assurer: SignatoryParams | None = described(
        "复核人：独立核对，不是分析师本人", "assurer: checked it independently of the analyst", None
    )
    approver: SignatoryParams | None = described(
        "批准人：认可结论可以使用", "approver: accepts the conclusion for use", None
    )
