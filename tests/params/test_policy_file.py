"""A policy written as a file is read back as the same policy."""

from __future__ import annotations

import pytest

from toolkit.params.policy import read_policy
from toolkit.params.policy_file import policy_yaml


def test_every_policy_of_the_project_survives_being_written(root, tmp_path):
    """Reading is the second implementation of writing: nothing may be lost on the way there and back."""
    files = [*(root / "params/policies").glob("*/*.yaml"), *(root / "params/catalogue").glob("*.yaml")]
    assert len(files) > 90
    for file in files:
        policy, copy = read_policy(file), tmp_path / file.name
        copy.write_text(policy_yaml(policy), "utf-8")
        assert read_policy(copy) == policy, file.name


@pytest.mark.parametrize("id", ["vip_80k"])
def test_a_written_policy_is_legible(root, id):
    """Chinese stays Chinese and what the analyst left out stays out."""
    written = policy_yaml(read_policy(root / f"params/policies/demo/{id}.yaml"))
    assert "title:" in written and "\\u" not in written and "null" not in written
