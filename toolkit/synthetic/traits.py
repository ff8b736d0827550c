"""What shapes a customer's records but neither the spend nor the leaving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.synthetic.assortment import CHANNEL_SHARES, SHARES
from toolkit.synthetic.codes import picked
from toolkit.synthetic.population import Population

TYPES = ("individual", "small_firm", "large_firm")
TYPE_OF_SEGMENT = np.array([0, 1, 1, 2])


@dataclass(frozen=True, slots=True)
class Traits:
    """Traits of everybody; one entry per customer in every array.

    Attributes
    ----------
    type : int array
        Place in ``TYPES``; follows from the segment.
    favourite : int array
        Category that makes up about half of the lines.
    channel : int array
        Usual channel.
    habit : float array
        Orders relative to others who spend as much.
    bargains : float array, 0..1
        Share of lines bought on promotion; independent of everything else.
    """

    type: np.ndarray
    favourite: np.ndarray
    channel: np.ndarray
    habit: np.ndarray
    bargains: np.ndarray


def draw_traits(population: Population, rng: np.random.Generator) -> Traits:
    """Draw the traits of the whole population."""
    count = len(population)
    kind = TYPE_OF_SEGMENT[population.latent.segment % len(TYPE_OF_SEGMENT)]
    favourite, way = rng.random((2, count))
    channel = np.zeros(count, np.int64)
    for place, name in enumerate(TYPES):
        channel[kind == place] = picked(CHANNEL_SHARES[name], way[kind == place])
    return Traits(
        type=kind,
        favourite=picked(SHARES, favourite),
        channel=channel,
        habit=np.exp(0.3 * rng.standard_normal(count)),
        bargains=rng.beta(1.5, 8.5, count),
    )
