"""A company's files looked at: which is which table, which column is which, how sure that is, and what must be asked."""

from toolkit.history.proposal.answers import NONE, Answers, acceptable, flat
from toolkit.history.proposal.matching import SURE, Match
from toolkit.history.proposal.pages import Page, Pages, read_pages
from toolkit.history.proposal.proposal import Proposal, propose
from toolkit.history.proposal.question import Question

__all__ = [
    "NONE",
    "SURE",
    "Answers",
    "Match",
    "Page",
    "Pages",
    "Proposal",
    "Question",
    "acceptable",
    "flat",
    "propose",
    "read_pages",
]
