"""From the parameters of a scheme to the scheme.

Each kind of rule is one module of this room, named as the ``kind`` in the policy file, with
a function ``build(params, names)``. A new kind is a new module and nothing else here; a kind of the
company's own comes from an extension (:mod:`toolkit.schemes.extended`).
"""

from __future__ import annotations

from importlib import import_module

from toolkit.errors import ParameterError
from toolkit.params.schemes import MeasureNeed, SchemeParams, needs_of
from toolkit.schemes.extended import BUILDERS, Guarded
from toolkit.schemes.scheme import Names, Scheme


def build_scheme(params: SchemeParams, names: Names) -> Scheme:
    """The scheme that ``params`` describes.

    Parameters
    ----------
    params : parameter model with a ``kind``
    names : mapping of measure id to Label
        What each measure is called in reasons and messages.

    Raises
    ------
    ParameterError
        If a measure of the scheme has no name, that is, is not known.

    Examples
    --------
    >>> import pandas as pd, toolkit
    >>> policy = toolkit.example_study().baseline
    >>> scheme = toolkit.build_scheme(policy.params.scheme, {"spend": toolkit.Label("消费", "spend")})
    >>> grading = scheme.grade(pd.DataFrame({"spend": [100_000.0, 99_999.99]}, index=["a", "b"]))
    >>> grading.grade.to_dict()
    {'a': 'VIP', 'b': 'basic'}
    >>> grading.reason_text("en").to_dict()
    {'a': 'spend of 100,000 or more', 'b': 'spend below 100,000'}
    """
    refuse_unknown(params, names)
    if params.kind in BUILDERS:
        return Guarded(params.kind, BUILDERS[params.kind](params, names))
    return import_module(f"toolkit.schemes.{params.kind}").build(params, names)


def refuse_unknown(params: object, names: Names) -> None:
    """Refuse measures without a name, anywhere in ``params``.

    Raises
    ------
    ParameterError
    """
    wanted = [need.measure for need in needs_of(params) if isinstance(need, MeasureNeed)]
    unknown = [measure for measure in wanted if measure not in names]
    if unknown:
        raise ParameterError(
            zh=f"方案用到 {len(unknown)} 个没有登记的指标（第一个：{unknown[0]}）；"
            f"可用的有：{'、'.join(names)}。",
            en=f"The scheme uses {len(unknown)} measure(s) that are not known (first: {unknown[0]}); "
            f"known are: {', '.join(names)}.",
        )
