"""Better policies looked for, and always valued on other customers than those they were found on."""

from toolkit.search.allocation import Allocation, allocate
from toolkit.search.family import Candidate, Family, family
from toolkit.search.learning import Gains, Learned, Shared, learn
from toolkit.search.relaxation import Scarce, Task, relax
from toolkit.search.searched import Searched
from toolkit.search.shallow import Cut, Limit, best_tree, cuts_of
from toolkit.search.tree import Leaf, Split, depth, pruned, serves

__all__ = [
    "Allocation",
    "Candidate",
    "Cut",
    "Family",
    "Gains",
    "Leaf",
    "Learned",
    "Limit",
    "Scarce",
    "Searched",
    "Shared",
    "Split",
    "Task",
    "allocate",
    "best_tree",
    "cuts_of",
    "depth",
    "family",
    "learn",
    "pruned",
    "relax",
    "serves",
]


def __dir__() -> list[str]:
    return sorted(__all__)
