"""How far those above a bar fall back in the next period when nothing is done to them."""

from __future__ import annotations

from scipy import stats


def expected_drop(correlation: float, sigma: float, share: float) -> float:
    """Expected change, to the next period, of the score of those above the bar.

    ``-(1 - correlation) * sigma * density(a) / share`` with ``a`` the normal quantile that leaves ``share``
    above (Davis 1976, Am. J. Epidemiology 104:493), for normal scores of unchanged mean and spread.

    Parameters
    ----------
    correlation : float
        Between the scores of neighbouring periods.
    sigma : float
        Standard deviation of the score; for log spend the result is in log points.
    share : float
        Of customers above the bar, 0..1.

    Examples
    --------
    >>> from toolkit import expected_drop
    >>> round(expected_drop(0.865, 0.878, 0.2), 3), expected_drop(1.0, 0.878, 0.2)
    (-0.166, -0.0)
    """
    if not 0 < share < 1:
        raise ValueError(f"the share above the bar must lie between 0 and 1; got {share}")
    return float(-(1 - correlation) * sigma * stats.norm.pdf(stats.norm.isf(share)) / share)
