"""Cox models whose customers may enter late, so that what they are can change on the way.

statsmodels' ``PHReg`` counts who enters at a moment as already at risk for the events of that very
moment (statsmodels issue 1767). A customer whose state changes at a moment with events would stand
there twice, and the ratio is wrong. Entries are therefore put a millionth later, which leaves the
order of everything else as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.shown import shown

AFTER_THE_EVENTS = 1e-6


@shown("values", "log_likelihood")
@dataclass(frozen=True, slots=True, eq=False)
class Cox:
    """Coefficients and errors, arrays of shape (covariates,), with the log-likelihoods with and without them."""

    values: np.ndarray
    errors: np.ndarray
    log_likelihood: float
    null_log_likelihood: float


def fit_cox(
    covariates: np.ndarray, until: np.ndarray, lapsed: np.ndarray, since: np.ndarray | None = None
) -> Cox:
    """Proportional hazards by Efron's partial likelihood.

    Parameters
    ----------
    covariates : array of float, shape (spells, covariates)
    until : array of float, shape (spells,)
        End of each spell.
    lapsed : array of bool, shape (spells,)
        Whether it ended in the event.
    since : array of float, shape (spells,), optional
        Start of each spell; its gaps to other times must be well above a millionth. 0 for all by default.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> until = np.array([1.0, 2.0, 3.0, 4.0])
    >>> vip = np.array([[0.0], [1.0], [0.0], [1.0]])
    >>> found = toolkit.fit_cox(vip, until, lapsed=np.array([True, True, True, False]))
    >>> found.values.round(3).tolist()
    [-0.941]
    >>> round(found.null_log_likelihood, 4), float(-np.log(4 * 3 * 2).round(4))
    (-3.1781, -3.1781)
    """
    from statsmodels.duration.hazard_regression import PHReg

    entry = None if since is None else np.asarray(since, float) + AFTER_THE_EVENTS
    model = PHReg(
        np.asarray(until, float),
        np.asarray(covariates, float),
        np.asarray(lapsed, int),
        entry=entry,
        ties="efron",
    )
    done = model.fit(disp=0)
    null = float(model.loglike(np.zeros(model.exog.shape[1])))
    return Cox(np.asarray(done.params), np.asarray(done.bse), float(done.llf), null)
