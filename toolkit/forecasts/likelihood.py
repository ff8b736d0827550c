"""Maximum likelihood for models whose parameters are all positive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.shown import shown

BOUND = 12.0
FAR = 1e12
STEPS = 8
NEAR = 1e-3
CLOSE = 1e-8
ROUNDING = 1e-8


@shown("values", "log_likelihood")
@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """The maximum.

    Attributes
    ----------
    values, errors : array of float
        Parameters and their standard errors (delta method from the Hessian in logarithms; NaN where that is
        not positive definite).
    log_likelihood : float
    """

    values: np.ndarray
    errors: np.ndarray
    log_likelihood: float

    def frame(self, names: Sequence[str]) -> pd.DataFrame:
        """The parameters by name; columns ``fitted``, ``error``."""
        index = pd.Index(names, name="parameter")
        return pd.DataFrame({"fitted": self.values, "error": self.errors}, index=index)


def maximise(log_likelihood: Callable[..., float], start: Sequence[float]) -> Fitted:
    """Maximise ``log_likelihood`` of positive parameters, searched in logarithms between e^-12 and e^12."""
    from scipy.optimize import minimize
    from statsmodels.tools.numdiff import approx_hess

    def loss(logs: np.ndarray) -> float:
        value = log_likelihood(*np.exp(np.clip(logs, -BOUND, BOUND)))
        return -value if np.isfinite(value) else FAR

    first = np.log(np.asarray(start, float))
    limits = [(-BOUND, BOUND)] * len(first)
    rough = minimize(loss, first, method="L-BFGS-B", bounds=limits).x
    best = _polished(loss, rough)
    values = np.exp(best)
    return Fitted(values, values * _errors(approx_hess(best, loss)), -loss(best))


def _polished(loss: Callable[[np.ndarray], float], logs: np.ndarray) -> np.ndarray:
    """Newton's steps to the flat bottom that a search by values cannot see, as long as they lead down.

    The Hessian is taken anew only while steps are long.
    """
    from statsmodels.tools.numdiff import approx_fprime, approx_hess

    hessian, size = np.empty(0), np.inf
    for _ in range(STEPS):
        if size > NEAR:
            hessian = approx_hess(logs, loss)
        if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian).min() <= 0:
            break
        step = np.linalg.solve(hessian, approx_fprime(logs, loss, centered=True))
        last, size = size, np.abs(step).max()
        stuck = last < NEAR and size > last / 2
        away = np.abs(logs - step).max() > BOUND
        if size < CLOSE or stuck or away or loss(logs - step) > loss(logs) + ROUNDING:
            break
        logs = logs - step
    return logs


def _errors(hessian: np.ndarray) -> np.ndarray:
    missing = np.full(len(hessian), np.nan)
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian).min() <= 0:
        return missing
    return np.sqrt(np.diag(np.linalg.inv(hessian)))
