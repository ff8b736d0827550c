"""Service packages of two policies: which differ, and which of two is the better."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from toolkit.register import Register

UP, DOWN = 1, -1


@dataclass(frozen=True, slots=True, eq=False)
class PackageChanges:
    """What happens to a customer's package, by grade code under each policy.

    Attributes
    ----------
    baseline, alternative : array of str, shape (grades of the policy,)
        Package of each grade code.
    differs : array of bool, shape (baseline grades, alternative grades)
    direction : array of int, same shape
        :data:`UP` where the alternative's package is better, :data:`DOWN` where it is worse, 0 where
        it is the same or no better one can be told.
    """

    baseline: np.ndarray
    alternative: np.ndarray
    differs: np.ndarray
    direction: np.ndarray


def package_changes(baseline: Register, alternative: Register) -> PackageChanges:
    """Compare the packages of two policies.

    A package is better than another where one policy, or both taken together, give it to better
    grades (gold above silver in one, silver above basic in the other: gold above basic). Packages
    that the policies do not connect, or order differently, are compared by how far up its own
    scale each one's grade stands.
    """
    plans = [list(register.service_packages.values()) for register in (baseline, alternative)]
    names = list(dict.fromkeys(plans[0] + plans[1]))
    better = _better([[names.index(package) for package in plan] for plan in plans], len(names))
    order = better.astype(int) - better.T.astype(int)
    codes = [np.array([names.index(package) for package in reversed(plan)]) for plan in plans]
    told = order[np.ix_(codes[1], codes[0])].T
    heights = [np.arange(len(plan)) / max(len(plan) - 1, 1) for plan in plans]
    by_height = np.sign(heights[1][None, :] - heights[0][:, None]).astype(int)
    differs = codes[0][:, None] != codes[1][None, :]
    words = np.array(names, dtype=object)
    return PackageChanges(
        baseline=words[codes[0]],
        alternative=words[codes[1]],
        differs=differs,
        direction=np.where(differs, np.where(told != 0, told, by_height), 0),
    )


def _better(plans: list[list[int]], size: int) -> np.ndarray:
    """Whether package i stands above package j in a plan or through a chain of plans; shape (size, size)."""
    above = np.zeros((size, size), dtype=bool)
    for plan in plans:
        distinct = list(dict.fromkeys(plan))
        for upper, lower in pairwise(distinct):
            above[upper, lower] = True
    for middle in range(size):
        above |= above[:, [middle]] & above[[middle], :]
    return above
