"""The generated pages say what the models say."""

from __future__ import annotations

import json

import jsonschema
import pydantic
import pytest

from toolkit.params import reference
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.policy import PolicyParams
from toolkit.params.reading import read_source
from toolkit.params.sets import SetParams
from toolkit.params.study import StudyParams


def test_generated_files_are_fresh(root):
    """Run ``make params`` when this fails."""
    assert (root / "params" / "README.md").read_text("utf-8") == reference.page()
    for name, text in reference.schemas().items():
        assert (root / "params" / "schema" / name).read_text("utf-8") == text


def test_what_is_laid_over_a_study_fits_its_schema(root):
    """Editors accept the shipped scenarios and sets, and refuse a key that does not exist."""
    for folder, name in (("scenarios", "overlay"), ("sets", "set")):
        schema = json.loads((root / "params" / "schema" / f"{name}.schema.json").read_text("utf-8"))
        files = sorted((root / "params" / folder).glob("*.yaml"))
        assert files
        for file in files:
            jsonschema.validate(read_source(file).data, schema)
    overlay = json.loads(reference.schemas()["overlay.schema.json"])
    for part in (
        {"history": {"seed": 4}},
        {"retention": [{"id": "half_year", "remove": True}]},
        {"base": "demo.yaml"},
    ):
        jsonschema.validate(part, overlay)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"bootstrapp": {}}, overlay)


@pytest.mark.parametrize("model", [PolicyParams, StudyParams, DecisionRuleParams, SetParams])
def test_every_key_is_explained_in_both_languages(model: type[pydantic.BaseModel]):
    schema = json.loads(json.dumps(model.model_json_schema()))
    for part in (schema, *schema.get("$defs", {}).values()):
        for key, field in part.get("properties", {}).items():
            assert field.get("description"), f"{part.get('title')}.{key} has no English meaning"
            assert field.get("zh"), f"{part.get('title')}.{key} has no Chinese meaning"
