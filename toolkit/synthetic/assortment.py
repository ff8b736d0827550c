"""What the company sells and through which channels: an office supplier."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

CATEGORIES = (
    "paper",
    "printing",
    "computing",
    "furniture",
    "writing",
    "filing",
    "cleaning",
    "pantry",
    "packaging",
    "safety",
)
SHARES = np.array([0.18, 0.16, 0.12, 0.12, 0.10, 0.08, 0.08, 0.06, 0.06, 0.04])
MARGIN_OFFSETS = np.array([-0.06, 0.02, -0.12, 0.06, 0.08, 0.05, 0.03, 0.03, 0.00, 0.06])
TYPICAL_PRICES = np.array([120.0, 260.0, 900.0, 700.0, 45.0, 60.0, 80.0, 55.0, 90.0, 150.0])
PRODUCTS_EACH = 12
PRICE_SPREAD = np.exp(np.linspace(-0.8, 0.8, PRODUCTS_EACH))

CHANNELS = ("store", "online", "partner", "phone")
CHANNEL_SHARES = {
    "individual": np.array([0.45, 0.45, 0.05, 0.05]),
    "small_firm": np.array([0.20, 0.50, 0.15, 0.15]),
    "large_firm": np.array([0.05, 0.35, 0.40, 0.20]),
}


def products() -> pa.Array:
    """Identifiers of all products, those of a category together, in the order of ``CATEGORIES``."""
    numbers = range(len(CATEGORIES))
    return pa.array(
        [f"P{i:02d}{j:02d}" for i in numbers for j in range(1, PRODUCTS_EACH + 1)], pa.large_string()
    )


def prices() -> np.ndarray:
    """List prices of all products in yuan, in the order of ``products``."""
    return np.round(np.outer(TYPICAL_PRICES, PRICE_SPREAD).ravel(), 2)


def margin_rates(overall: float) -> np.ndarray:
    """Margin rate of each category; their mean, weighted by ``SHARES``, is ``overall``."""
    return overall + MARGIN_OFFSETS - SHARES @ MARGIN_OFFSETS
