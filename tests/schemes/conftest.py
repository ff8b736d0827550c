"""Schemes of every kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import TypeAdapter

from toolkit.params.schemes import SchemeParams
from toolkit.schemes.build import build_scheme
from toolkit.schemes.scheme import Scheme
from toolkit.terms import Label

NAMES = {
    "spend": Label("消费额", "spend"),
    "orders": Label("订单数", "orders"),
    "recency_days": Label("距上次购买天数", "days since last purchase"),
}


def scheme_of(**written: object) -> Scheme:
    """The scheme that a policy file with these keys describes."""
    return build_scheme(TypeAdapter(SchemeParams).validate_python(written), NAMES)


@pytest.fixture(scope="session")
def make_scheme() -> Callable[..., Scheme]:
    """Factory of schemes from the keys of a policy file."""
    return scheme_of


def _band(floor: object, points: float) -> dict[str, object]:
    return {"floor": floor, "points": points}


FACTORS = {
    "rank": [
        {"measure": "spend", "weight": 0.5, "points": {"by": "rank"}},
        {"measure": "orders", "weight": 0.3, "points": {"by": "rank"}},
        {"measure": "recency_days", "weight": 0.2, "better": "lower", "points": {"by": "rank"}},
    ],
    "zscore": [
        {"measure": "spend", "weight": 0.7, "points": {"by": "zscore", "limit": 2.0}},
        {"measure": "recency_days", "weight": 0.3, "better": "lower", "points": {"by": "zscore"}},
    ],
    "bands": [
        {
            "measure": "spend",
            "weight": 0.6,
            "points": {
                "by": "bands",
                "bands": [_band(100, 100.0), _band({"above": 20}, 40.0), _band("rest", 0.0)],
            },
        },
        {
            "measure": "recency_days",
            "weight": 0.4,
            "better": "lower",
            "points": {"by": "bands", "bands": [_band(30, 100.0), _band("rest", 10.0)]},
        },
    ],
}
SCORE_FLOORS = {"A": 75, "B": {"above": 40}, "C": "rest"}


@pytest.fixture(scope="session")
def schemes() -> dict[str, Scheme]:
    """One scheme of every kind and variant, not frozen."""
    by_kind = {
        "thresholds": scheme_of(
            kind="thresholds", measure="spend", floors={"A": 100, "B": {"above": 20}, "C": "rest"}
        ),
        "thresholds, lower is better": scheme_of(
            kind="thresholds", measure="recency_days", better="lower", floors={"A": 30, "B": 90, "C": "rest"}
        ),
        "pareto": scheme_of(kind="pareto", measure="spend", upto={"A": 0.7, "B": 0.9, "C": 1.0}),
    }
    scored = {
        f"scored by {way}": scheme_of(kind="scored", factors=factors, floors=SCORE_FLOORS)
        for way, factors in FACTORS.items()
    }
    return by_kind | scored
