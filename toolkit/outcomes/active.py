"""The active customers of a register: those whose outcomes are compared, whoever else has a grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.register import Register

if TYPE_CHECKING:
    from toolkit.panel import Panel


def among_active(register: Register, panel: Panel) -> Register:
    """``register`` on the customers of ``panel``, in the quarters in which they are active.

    A policy that grades everybody on record also gives grades to prospects and to customers who stopped
    buying; those grades are left out, so that every policy is judged on the same customers.
    """
    active = np.array([panel.active(q, register.active_quarters) for q in register.quarters]).T
    same = len(register.customers) == len(panel.customers) and register.customers.equals(panel.customers)
    if same and not (register.in_force[~active] >= 0).any():
        return register
    return register.among(panel.customers, active)
