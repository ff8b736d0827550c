"""The generated pages say what the models say."""

from __future__ import annotations

import json

import pydantic
import pytest

from toolkit.params import reference
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.policy import PolicyParams
from toolkit.params.study import StudyParams


def test_generated_files_are_fresh(root):
    """Run ``make params`` when this fails."""
    assert (root / "params" / "README.md").read_text("utf-8") == reference.page()
    for name, text in reference.schemas().items():
        assert (root / "params" / "schema" / name).read_text("utf-8") == text


@pytest.mark.parametrize("model", [PolicyParams, StudyParams, DecisionRuleParams])
def test_every_key_is_explained_in_both_languages(model: type[pydantic.BaseModel]):
    schema = json.loads(json.dumps(model.model_json_schema()))
    for part in (schema, *schema.get("$defs", {}).values()):
        for key, field in part.get("properties", {}).items():
            assert field.get("description"), f"{part.get('title')}.{key} has no English meaning"
            assert field.get("zh"), f"{part.get('title')}.{key} has no Chinese meaning"
