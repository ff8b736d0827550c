"""Families of policies: knobs, weights that still sum to one, candidates that are no policy."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from toolkit.params.policy import read_policy
from toolkit.params.policy_file import policy_yaml
from toolkit.params.reading import read_source
from toolkit.params.search import SearchParams, Template, place_of
from toolkit.params.service_plan import with_presets
from toolkit.params.study_files import read_study
from toolkit.search.family import family, varied

DAY = date(2026, 10, 1)


def search_of(*vary, **more):
    return SearchParams.model_validate(
        {
            "id": "look",
            "title": {"zh": "检索", "en": "search"},
            "template": "x.yaml",
            "vary": list(vary),
            **more,
        }
    )


@pytest.fixture(scope="module")
def templates(request):
    folder = request.config.rootpath / "params" / "policies" / "demo"

    def of(name):
        return Template(read_policy(folder / name), with_presets(read_source(folder / name))[0])

    return of


def test_a_bar_is_varied_and_nothing_else(templates):
    """The grid by hand; every other part of the file is the template's."""
    template = templates("vip_2022.yaml")
    found = family(
        search_of({"key": "scheme.floors.VIP", "between": [60_000, 150_000], "steps": 10}), template, DAY
    )
    assert [c.knobs[0] for c in found.candidates] == [60_000 + 10_000 * i for i in range(10)]
    assert [c.params.scheme.floors["VIP"].value for c in found.candidates] == [
        c.knobs[0] for c in found.candidates
    ]
    assert not found.invalid and len({c.params.id for c in found.candidates}) == 10
    for candidate in found.candidates:
        assert candidate.params.service == template.params.service
        assert candidate.params.review == template.params.review
        assert candidate.params.status == "proposed" and candidate.params.effective == DAY
        assert candidate.params.id.startswith("look_") and "检索" in candidate.params.source


def test_weights_not_varied_keep_their_proportions(templates):
    """orders at .30 leaves .70 to .40/.15/.15/.15 (sum .85): by hand .40 x .70/.85 and .15 x .70/.85."""
    template = templates("weighted_2027.yaml")
    found = family(
        search_of({"key": "scheme.factors.orders.weight", "between": [0.15, 0.30], "steps": 2}), template, DAY
    )
    same, more = (c.params.scheme.expert_weights for c in found.candidates)
    assert same == pytest.approx(template.params.scheme.expert_weights)
    assert more == pytest.approx([0.40 * 0.7 / 0.85, 0.30, *[0.15 * 0.7 / 0.85] * 3])
    assert sum(more) == pytest.approx(1.0, abs=1e-12)


def test_two_varied_weights_share_with_the_rest(templates):
    template = templates("weighted_2027.yaml")
    data = varied(
        template.source.data, {"scheme.factors.spend.weight": 0.5, "scheme.factors.orders.weight": 0.2}
    )
    weights = [factor["weight"] for factor in data["scheme"]["factors"]]
    assert weights == pytest.approx([0.5, 0.2, 0.1, 0.1, 0.1])
    assert [f["weight"] for f in template.source.data["scheme"]["factors"]] == [0.40, 0.15, 0.15, 0.15, 0.15]


@pytest.mark.parametrize(
    ("name", "key", "between"),
    [
        ("vip_2022.yaml", "scheme.floors.VIP", [60_000, 150_000]),
        ("abc_2027.yaml", "scheme.upto.A", [0.4, 0.6]),
        ("weighted_2027.yaml", "scheme.factors.orders.weight", [0.1, 0.3]),
        ("vip_2022.yaml", "service.VIP.span", [200, 400]),
    ],
)
def test_candidates_are_written_and_read_back(templates, tmp_path, name, key, between):
    """A policy file of every candidate, read like any other, is the candidate."""
    found = family(search_of({"key": key, "between": between, "steps": 3}), templates(name), DAY)
    assert len(found.candidates) == 3 and not found.invalid
    for candidate in found.candidates:
        path = tmp_path / f"{candidate.params.id}.yaml"
        path.write_text(policy_yaml(candidate.params), "utf-8")
        assert read_policy(path) == candidate.params


def test_settings_that_make_no_policy_are_counted_with_their_reason(templates):
    """Gold below silver is no ladder; silver stands at 50, so 40 and 50 are refused and 60 is not."""
    vary = {"key": "scheme.floors.金", "between": [40, 60], "steps": 3}
    found = family(search_of(vary), templates("weighted_2027.yaml"), DAY)
    assert [knobs for knobs, _ in found.invalid] == [(40.0,), (50.0,)]
    assert "fall" in found.invalid[0][1].en and "逐级降低" in found.invalid[0][1].zh
    assert [c.knobs for c in found.candidates] == [(60.0,)]


def test_several_knobs_are_a_grid(templates):
    vary = [{"key": "scheme.floors.VIP", "between": [80_000, 90_000], "steps": 2},
            {"key": "review.hold_quarters", "between": [0, 2], "steps": 3}]  # fmt: skip
    found = family(search_of(*vary), templates("vip_2022.yaml"), DAY)
    assert [c.knobs for c in found.candidates] == [(b, h) for b in (80_000, 90_000) for h in (0, 1, 2)]
    assert [c.params.review.hold_quarters for c in found.candidates] == [0, 1, 2] * 2


def test_keys_are_found_by_place_or_name():
    data = {
        "scheme": {
            "floors": {"A.1": 5, "B": {"above": 3}},
            "rows": [{"grade": "x", "n": 1}, {"grade": "x", "n": 2}],
        }
    }
    assert place_of(data, "scheme.floors.A.1") == ("scheme", "floors", "A.1")
    assert place_of(data, "scheme.floors.B") == ("scheme", "floors", "B", "above")
    assert place_of(data, "scheme.rows.1.n") == ("scheme", "rows", 1, "n")
    assert place_of(data, "scheme.rows.x.n") is None  # two rows answer
    assert place_of(data, "scheme.none") is None


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        (
            [{"key": "a", "between": [0, 1], "steps": 21}, {"key": "b", "between": [0, 1], "steps": 20}],
            "420 candidates",
        ),
        ([{"key": "a", "between": [1, 1], "steps": 2}], "below the largest"),
        ([{"key": "a", "between": [0, 1], "steps": 2}] * 2, "names a twice"),
        ([], "exactly one of vary and shallow"),
    ],
)
def test_searches_that_make_no_sense_are_refused(vary, said):
    with pytest.raises(ValidationError, match=said):
        search_of(*vary)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("vary: [{key: scheme.floors.SVIP, between: [1, 2], steps: 2}]", "has no such number"),
        ("vary: [{key: scheme.measure, between: [1, 2], steps: 2}]", "has no such number"),
        ("shallow: {measures: [spend], grade: gold, otherwise: 普通}", "has no such grade; it has VIP, 普通"),
        ("shallow: {measures: [spent], grade: VIP, otherwise: 普通}", "did you mean spend"),
        (
            "shallow: {measures: [spend], grade: VIP, otherwise: 普通}\n    id: vip_2022",
            "a policy has this id",
        ),
        (
            "vary: [{key: scheme.floors.VIP, between: [1, 2], steps: 2}]\n    template: ../policies/demo/none.yaml",
            "no parameter file",
        ),
    ],
)
def test_a_search_that_does_not_fit_its_template_names_the_line(tmp_path, root, written, said):
    """Problems of the study file, in both languages, before anything runs."""
    import shutil

    from toolkit.errors import ParameterError
    from toolkit.measures.registry import names

    shutil.copytree(root / "params", tmp_path / "params")
    study = tmp_path / "params" / "studies" / "demo.yaml"
    plain = study.read_text("utf-8").split("\nsearch:")
    rest = "\ndecision_rule:" + plain[-1].split("\ndecision_rule:")[1]
    entry = {"id": "look", "template": "../policies/demo/vip_2022.yaml"}
    given = [line for key in entry if f"{key}: " not in written.split("\n", 1)[-1] or "\n" not in written
             for line in [f"    {key}: {entry[key]}"]]  # fmt: skip
    block = "\nsearch:\n  - title: {zh: 检索, en: search}\n" + "\n".join(given) + f"\n    {written}"
    study.write_text(plain[0].split("\ndecision_rule:")[0] + block + rest, "utf-8")
    with pytest.raises(ParameterError) as refused:
        read_study(study, list(names()))
    assert said in refused.value.en and "demo.yaml" in refused.value.en
