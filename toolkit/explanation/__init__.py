"""Why one customer has the grade that he has, and what it would take to rise: for a hearing or an appeal."""

from toolkit.explanation.explaining import explain
from toolkit.explanation.explanation import Explanation

__all__ = ["Explanation", "explain"]
