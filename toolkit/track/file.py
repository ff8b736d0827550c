"""Claims as a file that a later report can read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from toolkit.errors import HistoryError, ParameterError
from toolkit.track.claim import Claim
from toolkit.window import Quarter

SCHEMA = 1
CLAIMS = "claims.json"


def claims_text(claims: Iterable[Claim], study: str, quarter: Quarter) -> str:
    """The claims of one report as JSON."""
    content = {
        "schema": SCHEMA,
        "study": study,
        "quarter": str(quarter),
        "claims": [claim.record() for claim in claims],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_claims(path: Path) -> tuple[Claim, ...]:
    """The claims in the file ``path``.

    Raises
    ------
    HistoryError
        Where the file cannot be read, is not of this schema, or holds an entry that is no claim.

    Examples
    --------
    >>> import tempfile, toolkit
    >>> from pathlib import Path
    >>> from toolkit.track.file import claims_text
    >>> made = toolkit.Quarter.parse("2026Q3")
    >>> label = toolkit.Label("留存率", "retention")
    >>> claim = toolkit.Claim("retained.VIP", "retained", made, made + 4, 0.8, "share", label)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "claims.json"
    ...     _ = file.write_text(claims_text([claim], "example", made), "utf-8")
    ...     toolkit.read_claims(file)
    (Claim(retained.VIP, 2026Q3, 2027Q3),)
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        schema = content["schema"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, type(error).__name__) from None
    if schema != SCHEMA:
        raise HistoryError(
            zh=f"{_place(path)} 的格式版本是 {schema}，本版只读 {SCHEMA}；这份报告的预判不计入。",
            en=f"{_place(path)} has schema {schema}, this version reads {SCHEMA}; the claims of that report are left out.",
        )
    try:
        return tuple(Claim.read(entry) for entry in content["claims"])
    except (ValueError, KeyError, TypeError, AttributeError, ParameterError) as error:
        raise _unreadable(path, type(error).__name__) from None


def _unreadable(path: Path, fault: str) -> HistoryError:
    return HistoryError(
        zh=f"{_place(path)} 读不出来（{fault}）；这份报告的预判不计入。重跑该季度可恢复。",
        en=f"{_place(path)} cannot be read ({fault}); the claims of that report are left out. Run that quarter again "
        "to have them back.",
    )


def _place(path: Path) -> str:
    """The last three parts of the path, which name quarter, run and file."""
    return "/".join(path.parts[-3:])
