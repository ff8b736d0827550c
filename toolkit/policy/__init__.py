"""Policies: a scheme with its review rules and service plan, walked through the panel.

At the end of a review quarter every active customer is graded on the observation window that
ends there. The grade then stands until the next review; it counts in every quarter in which the
customer is active. A grade that is lost at a review is kept for ``hold_quarters`` quarters
(保级期). Customers who become active between two reviews wait for the next one, unless an event
grades them before.

A review may ease the fall: a grade of the last review is kept at a lower floor, falls no more
than so many steps, and customers with a short history wait or have a grade of their own. Some
grades may be reviewed more often than others. Between reviews events may move a grade, and an
appeal that is granted sets one. Tags and further classes are decided at the reviews and never
touch the grade.
"""

from toolkit.policy.calendar import review_quarters
from toolkit.policy.holding import hold
from toolkit.policy.policy import Policy
from toolkit.policy.walking import walk

__all__ = ["Policy", "hold", "review_quarters", "walk"]
