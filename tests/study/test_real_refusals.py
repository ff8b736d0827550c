"""Real histories without a grading programme: every question of cause is refused, and says why."""

from __future__ import annotations

import pandas as pd
import pytest
from ruamel.yaml import YAML

from toolkit.reporting import findings
from toolkit.reporting.facts import Facts
from toolkit.study import open_study

DEFINITIONS = [
    {"id": f"next_{n}", "kind": "bought_within", "quarters": n, "title": {"zh": f"{n} 季度内复购", "en": f"again within {n}"}}
    for n in (1, 2, 3)
]  # fmt: skip


@pytest.fixture(scope="module")
def cdnow(root, data_folder, cache, tmp_path_factory):
    """The CDNOW log as a study: 69,659 rows, one policy against another, no programme."""
    folder = tmp_path_factory.mktemp("cdnow")
    log = pd.read_csv(
        data_folder / "cdnow" / "CDNOW_master.txt.gz", sep=r"\s+", names=["id", "day", "units", "amount"]
    )
    log["day"] = pd.to_datetime(log["day"].astype(str)).dt.date
    log["order"] = range(len(log))
    (folder / "data").mkdir()
    log.to_csv(folder / "data" / "log.csv", index=False)
    studies, policies = folder / "params" / "studies", root / "params" / "policies" / "online_retail"
    studies.mkdir(parents=True)
    yaml = YAML()
    study = yaml.load((root / "params" / "studies" / "online_retail.yaml").read_text("utf-8"))
    study["id"], study["retention"] = "cdnow", DEFINITIONS
    study["history"] = {
        "kind": "files",
        "currency": "USD",
        "margin": {"rate": 0.3, "source": "assumed"},
        "transactions": {
            "path": "log.csv",
            "columns": {"customer_id": "id", "order_id": "order", "paid_at": "day", "amount": "amount"},
        },
    }
    names = [study["policies"]["baseline"], *study["policies"]["alternatives"]]
    baseline, *others = [str(policies / name.split("/")[-1]) for name in names]
    study["policies"] = {"baseline": baseline, "alternatives": others}
    study["decision_rule"] = str(root / "params" / "decision_rules" / "board_2026.yaml")
    with (studies / "cdnow.yaml").open("w", encoding="utf-8") as stream:
        yaml.dump(study, stream)
    return open_study(studies / "cdnow.yaml", data=folder / "data")


@pytest.mark.parametrize("name", ["online_retail", "cdnow"])
def test_every_effect_is_refused_without_a_figure(request, name):
    """Nobody was ever graded in either history: NOPROGRAMME under every definition, and a pilot in its place."""
    study = request.getfixturevalue(name)
    assert list(study.effects) == [d.id for d in study.definitions if d.kind != "spend_kept"]
    for effect in study.effects.values():
        assert effect.status == "not_identified" and effect.codes == ("NOPROGRAMME",)
        assert effect.estimate is None and effect.readings == () and effect.pilot is not None
    assert study.further_effects == {} and study.keeping_effects == {}
    facts = Facts(study.currency)
    facts.extend(findings.effect(study))
    assert not [fact.id for fact in facts if fact.id.startswith("effect.") and fact.unit == "points_share"
                and fact.low is not None]  # fmt: skip
    assert study.recommendation.verdict != "adopt"
