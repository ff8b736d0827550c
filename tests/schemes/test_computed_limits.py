"""Computed ABC limits against published results."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.schemes.computed import computed_limits


def test_the_published_vector():
    """Vector of the R package ABCanalysis 1.2.1: A holds 25, 22 and 17, B holds 15 and 6."""
    values = np.array([1, 15, 25, 17, 2, 3, 5, 6, 2, 3, 22], dtype=float)
    limits = computed_limits(values)
    a, b = values > limits.a, (values <= limits.a) & (values >= limits.b)
    assert sorted(values[a]) == [17, 22, 25] and sorted(values[b]) == [6, 15]


def test_the_communes_of_switzerland(data_folder):
    """2,896 communes of 1900, ABCanalysis 1.2.1: 639, 438 and 1,819; limits 1,153 and 710; three points."""
    values = pd.read_csv(data_folder / "validation" / "swiss_inhabitants_1900.csv")["inhabitants"].to_numpy(
        float
    )
    limits = computed_limits(values)
    a, c = values > limits.a, values < limits.b
    assert [int(a.sum()), int((~a & ~c).sum()), int(c.sum())] == [639, 438, 1819]
    assert (limits.a, limits.b, limits.exchanged) == (1153, 710, True)
    assert np.round(limits.points, 4).tolist() == [[0.221, 0.6907], [0.254, 0.7221], [0.372, 0.8106]]


def test_nobody_with_a_value_reaches_no_limit():
    limits = computed_limits(np.array([0.0, -1.0, np.nan, 0.0]))
    assert limits.a == np.inf and limits.b == np.inf
