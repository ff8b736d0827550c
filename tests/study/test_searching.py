"""The searches of a study on the simulated company and on a history without a programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from toolkit.comparison.evidence import LotEvidence
from toolkit.params.policy import read_policy
from toolkit.params.policy_file import policy_yaml
from toolkit.params.reading import read_source
from toolkit.params.search import SearchParams, Template
from toolkit.params.service_plan import with_presets
from toolkit.search.learning import learn
from toolkit.search.searched import NOTHING_LEFT
from toolkit.search.tree import serves
from toolkit.search.written import policy_of
from toolkit.study.beside import walked
from toolkit.study.searching import searches_of
from toolkit.study.shallow import NO_EVIDENCE, gains_of
from toolkit.terms import Label


def searching(study, *asked):
    """The study with other searches, on the template of its baseline."""
    searches = tuple(SearchParams.model_validate(one) for one in asked)
    templates = {one.id: template_of(study) for one in searches}
    params = study.params.model_copy(update={"search": searches})
    other = replace(study, files=replace(study.files, study=params, templates=templates))
    shared = ("programme", "effects", "registers", "customers", "stakes", "positions", "evidence")
    vars(other).update({name: getattr(study, name) for name in shared})
    return other


def template_of(study):
    file = study.files.path.parent / study.params.policies.baseline
    return Template(study.files.baseline, with_presets(read_source(file))[0])


def ask(study, **more):
    grades = list(study.files.baseline.service)
    shallow = {"measures": ["spend", "orders"], "grade": grades[0], "otherwise": grades[-1]} | more
    words = {"zh": "两问规则", "en": "two questions"}
    return {"id": "rule", "title": words, "template": "x", "shallow": shallow}


def test_the_search_of_the_demo_walks_its_candidates(demo):
    """The candidate at the bar in force changes exactly nothing; the others move those between the bars."""
    found = next(one for one in demo.searched if one.id == "vip_bar")
    assert len(found.candidates) == 8 and found.invalid == 0
    rows = found.candidates.set_index("scheme.floors.VIP")
    assert rows.loc[100_000, "moved"] == 0 and (
        rows.loc[100_000, "net"] == 0.0 or np.isnan(rows.loc[100_000, "net"])
    )
    place = demo.panel.quarters.index(demo.quarter)
    spend = demo.panel.values("spend", 4)[demo.panel.customers.get_indexer(demo.customers), place]
    for bar in rows.index:
        between = (spend >= min(bar, 100_000)) & (spend < max(bar, 100_000))
        assert rows.loc[bar, "moved"] == between.sum()
    assert (found.chosen is None) == (found.reason is not None)


def test_nothing_is_searched_where_nothing_is_asked(demo):
    assert searches_of(searching(demo)) == ()


def test_a_shallow_rule_walked_gives_the_grades_of_its_tree(demo, tmp_path):
    """The policy that would be written, walked on the history, against the tree on the measures of its last review."""
    study = searching(demo, ask(demo, most=150))
    gains = gains_of(study, study.params.search[0])
    gains = replace(gains, gain=np.where(gains.measures["orders"] >= 12, 1_000.0, -1_000.0))
    tree = learn(gains, draws=100).tree
    day = study.quarter.end(1)
    params = policy_of(study.params.search[0], study.files.templates["rule"], tree, day, Label("理由", "why"))
    path = tmp_path / "rule.yaml"
    path.write_text(policy_yaml(params), "utf-8")
    assert read_policy(path, list(study.names)) == params
    register = walked(study, params)
    rows = study.panel.customers.get_indexer(study.customers)
    place = study.panel.quarters.index(register.reviews[-1])
    measures = {name: study.panel.values(name, 4)[rows, place] for name in ("spend", "orders")}
    wanted = np.where(serves(tree, measures), params.scheme.grades[0], params.scheme.grades[-1])
    given = register.at(study.quarter).loc[study.customers, "grade"].astype(str).to_numpy()
    assert (given == wanted).all() and len(set(given)) == 2
    assert params.id == "rule" and set(params.service) == set(params.scheme.grades)


def test_a_shallow_rule_says_on_what_it_rests(demo):
    """Without a draw by lot the demo's rule is an allocation by value, and it is not rankable by the bar."""
    (found,) = searches_of(searching(demo, ask(demo)))
    if found.learned is None:
        pytest.fail(f"nothing learned: {found.reason}")
    assert found.learned.source == "value" and "by value" in found.learned.label.en
    assert found.learned.optimum >= found.learned.rule - 1e-6
    assert (found.chosen is None) == (found.reason is not None)
    if found.chosen is not None:
        assert "按价值分配" in found.chosen.why and "held-out value" in found.chosen.why


def test_the_most_customers_served_is_kept(demo):
    """Gains by value within reach of the bar, at most 40 served: the halves get half each."""
    study = searching(demo, ask(demo, most=40))
    gains = gains_of(study, study.params.search[0])
    assert gains.limit.most == 40 and (gains.limit.use == 1).all()


def test_a_lot_for_the_package_comes_before_the_bar(demo):
    """The demo's draw taken as one for the package of VIP: gains are the contributions of its rows at the margin of the
    day, less what serving costs, and stand together for as many customers as would be drawn today."""
    drawn = {"package": "vip", "otherwise": "standard"}
    designs = [d.model_copy(update=drawn) if d.design == "experiment" else d for d in demo.params.designs]
    study = demo.params.model_copy(update={"designs": tuple(designs)})
    other = searching(replace_params(demo, study), ask(demo, measures=["spend", "complaints"]))
    (lot,) = (one for one in other.evidence if isinstance(one, LotEvidence))
    gains = gains_of(other, other.params.search[0])
    assert gains.source == "lot" and len(gains.gain) == len(lot.worth) and gains.customers.is_unique
    times = len(demo.customers) / len(lot.worth)
    price = lot.gains[demo.headline.id] * lot.worth - gains.gain / times
    assert (price > 0).mean() > 0.9 and np.median(price) < np.median(lot.worth)
    (found,) = searches_of(other)
    assert found.learned.source == "lot" and bool(found.candidates.loc["rule", "moved"] > 0)


def replace_params(study, params):
    """The study under other parameters; what rests on designs is found anew."""
    other = replace(study, files=replace(study.files, study=params))
    shared = ("programme", "effects", "registers", "customers", "stakes", "positions")
    vars(other).update({name: getattr(study, name) for name in shared})
    return other


def test_a_history_without_evidence_learns_nothing(online_retail):
    """Online Retail has no programme and no lot: the refusal names it, a family walks but nothing can be ranked."""
    grades = list(online_retail.files.baseline.service)
    study = searching(
        online_retail, ask(online_retail, measures=["spend"], grade=grades[0], otherwise=grades[-1])
    )
    (found,) = searches_of(study)
    assert found.reason == NO_EVIDENCE and found.chosen is None and found.candidates.empty
    spans = [grade for grade, plan in online_retail.files.baseline.service.items() if plan.span]
    if not spans:
        pytest.fail("the policy in force of Online Retail has managers")
    vary = {"key": f"service.{spans[0]}.span", "between": [10, 20], "steps": 3}
    words = {"zh": "跨度", "en": "spans"}
    (found,) = searches_of(
        searching(online_retail, {"id": "spans", "title": words, "template": "x", "vary": [vary]})
    )
    assert len(found.candidates) == 3 and (found.candidates["moved"] == 0).all()
    assert found.chosen is None and found.reason == NOTHING_LEFT
