"""Claims as a file: what is broken or of another version is refused in words."""

from __future__ import annotations

import json

import pytest

from toolkit.errors import HistoryError
from toolkit.terms import Label
from toolkit.track.claim import Claim
from toolkit.track.file import claims_text, read_claims
from toolkit.window import Quarter

Q = Quarter.parse("2024Q3")
ONE = Claim(
    "a", "retained", Q, Q + 4, 0.5, "share", Label("“金”留存", "gold"), 0.4, 0.6, given={"grade": "金"}
)


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "claims.json"
    path.write_text(claims_text([ONE], "demo", Q), "utf-8")
    assert read_claims(path) == (ONE,)


def broken(change):
    content = json.loads(claims_text([ONE], "demo", Q))
    change(content)
    return json.dumps(content)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        "null",
        broken(lambda c: c.update(claims=None)),
        broken(lambda c: c.update(claims=[1])),
        broken(lambda c: c["claims"][0].pop("value")),
        broken(lambda c: c["claims"][0].update(value="much")),
        broken(lambda c: c["claims"][0].update(made="2024")),
        broken(lambda c: c["claims"][0].update(given=None)),
        broken(lambda c: c["claims"][0].update(low=0.9)),
        broken(lambda c: c["claims"][0].update(kind="guess")),
        broken(lambda c: c["claims"][0].update(kind=["guess"])),
    ],
)
def test_a_broken_file_is_refused_in_both_languages(tmp_path, text):
    path = tmp_path / "2024Q3" / "run" / "claims.json"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    with pytest.raises(HistoryError) as caught:
        read_claims(path)
    assert "2024Q3/run/claims.json" in caught.value.zh and "cannot be read" in caught.value.en


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "claims.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(HistoryError, match="cannot be read"):
        read_claims(path)


def test_another_version_is_named(tmp_path):
    path = tmp_path / "claims.json"
    path.write_text(broken(lambda c: c.update(schema=99)), "utf-8")
    with pytest.raises(HistoryError, match="schema 99"):
        read_claims(path)
