"""A training programme whose effect an experiment found, against controls who were never offered it.

National Supported Work, the sample of Dehejia & Wahba 1999 (JASA 94:1053): 185 trained, 260 drawn not to be, and
15,992 people of the Current Population Survey. Outcome: earnings of 1978 in dollars.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from toolkit.effects.adjusted.regression import regress
from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample, Limits
from toolkit.effects.adjusted.single_grade import estimate_adjusted

CONTROLS = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"]
EXPERIMENT = 1794.34


@pytest.fixture(scope="module")
def people(data_folder) -> dict[str, pd.DataFrame]:
    """The experiment, and its trained beside the survey."""
    folder = data_folder / "nsw_lalonde"
    experiment, survey = (pd.read_csv(folder / name) for name in ("nsw_mixtape.csv", "cps_mixtape.csv.gz"))
    beside = pd.concat([experiment[experiment["treat"] == 1], survey], ignore_index=True)
    return {"experiment": experiment, "survey": beside}


def fitted(table: pd.DataFrame, *columns: np.ndarray):
    matrix = np.column_stack([np.ones(len(table)), *columns])
    return regress(table["re78"].to_numpy(), (table["treat"] == 1).to_numpy(), matrix), matrix


def test_the_experiment_and_the_naive_comparison(people, published):
    found, _ = fitted(people["experiment"])
    published(
        "nsw", difference=found.coefficient, pooled_error=found.classical_error, robust_error=found.std_error
    )
    naive, _ = fitted(people["survey"])
    published("nsw", naive=naive.coefficient, naive_error=naive.classical_error)


def test_adjusted_regressions(people, published):
    """Angrist & Pischke 2009, Mostly Harmless Econometrics, table 3.3.3, last row (these controls and age squared):
    1,676 (639) in the experiment, 794 (548) against the survey. Every digit also by statsmodels."""
    for name, table in people.items():
        found, matrix = fitted(table, table[CONTROLS].to_numpy(float), table["age"] ** 2)
        published("nsw_adjusted", **{name: found.coefficient, f"{name}_error": found.classical_error})
        model = sm.OLS(table["re78"], np.column_stack([table["treat"], matrix]))
        other = model.fit()
        assert found.coefficient == pytest.approx(other.params.iloc[0], rel=1e-6)
        assert found.classical_error == pytest.approx(other.bse.iloc[0], rel=1e-6)
        assert found.std_error == pytest.approx(other.HC2_se.iloc[0], rel=1e-6)
        assert found.r2 == pytest.approx(other.rsquared, rel=1e-9) and found.df == other.df_resid
        group = np.arange(len(table)) // 3
        clustered = model.fit(cov_type="cluster", cov_kwds={"groups": group}).bse.iloc[0]
        ours = regress(table["re78"].to_numpy(), (table["treat"] == 1).to_numpy(), matrix, group).std_error
        assert ours == pytest.approx(clustered, rel=1e-6)


def as_sample(table: pd.DataFrame) -> AdjustedSample:
    return AdjustedSample(table["re78"].to_numpy(float), (table["treat"] == 1).to_numpy(), table[CONTROLS])


def test_the_survey_is_no_comparison_and_says_so(people, question):
    """Nearly everybody in the survey was sure not to be trained. By default no figure is shown."""
    design = AdjustedDesign(question, unit="money")
    effect = estimate_adjusted(as_sample(people["survey"]), design)
    assert effect.codes == ("SMALL", "NOOVERLAP") and effect.estimate is None and effect.sensitivity is None
    assert effect.picture.balance["before"].max() > 2


def test_the_figure_withheld_would_have_been_weak_and_its_bound_honest(people, question):
    """With the checks switched off: not identified beyond an assumption, and what a factor as strong as the strongest
    recorded one leaves possible holds the experiment's figure."""
    limits = Limits(rows=1, separation=1.0)
    effect = estimate_adjusted(
        as_sample(people["survey"]), AdjustedDesign(question, unit="money", limits=limits)
    )
    assert (effect.status, effect.evidence) == ("identified_weak", "assumed")
    assert effect.sensitivity.bounded.low < EXPERIMENT < effect.sensitivity.bounded.high
    assert {name for name, _ in effect.readings} == {"regression"}


def test_the_experiment_itself_is_met_by_adjustment(people, question):
    """The drawn controls, with rows enough for a lower limit: within its error of the experiment's figure."""
    design = AdjustedDesign(question, unit="money", limits=Limits(rows=100))
    effect = estimate_adjusted(as_sample(people["experiment"]), design)
    assert abs(effect.estimate.value - EXPERIMENT) < effect.std_error
    assert effect.std_error == pytest.approx(671, rel=0.1)
    checks = {check.id: check for check in effect.checks}
    assert checks["extreme_chances"].passed and checks["effective_share"].value > 0.8
    plain = estimate_adjusted(as_sample(people["experiment"]), replace(design, limits=Limits()))
    assert plain.codes == ("SMALL",)
