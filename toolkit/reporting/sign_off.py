"""The sign-off block: four roles, each with room for a signature and a date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from toolkit.params.sign_off import ROLES, SignOffParams
from toolkit.reporting.blocks import Signatory, SignOff
from toolkit.reporting.words import word
from toolkit.terms import Lang

MIME = "application/vnd.gradelab.sign-off+json"
COLUMNS = ("role", "name", "signature", "date")


def sign_off_output(params: SignOffParams | None, lang: Lang) -> dict[str, Any]:
    """The block in one language, as a notebook output holds it."""
    rows = []
    for role, title in ROLES.items():
        one = getattr(params, role) if params else None
        rows.append(
            {
                "role": title.text(lang),
                "duty": word(f"sign_off.duty.{role}", lang),
                "name": one.name if one else "",
                "position": (one.position or "") if one else "",
            }
        )
    heads = [word(f"sign_off.{name}", lang) for name in COLUMNS]
    payload = {"heads": heads, "rows": rows}
    return {MIME: payload, "text/html": _plain(payload), "text/plain": ", ".join(row["role"] for row in rows)}


def read(payload: Mapping[str, Any] | str) -> SignOff:
    """The block out of a notebook output."""
    data = json.loads(payload) if isinstance(payload, str) else payload
    rows = tuple(
        Signatory(*(str(one.get(key) or "") for key in ("role", "duty", "name", "position")))
        for one in data.get("rows") or ()
    )
    return SignOff(tuple(map(str, data.get("heads") or ())), rows)


def _plain(payload: Mapping[str, Any]) -> str:
    """A plain reading for JupyterLab."""
    head = "".join(f"<th>{escape(one)}</th>" for one in payload["heads"])
    body = "".join(
        f"<tr><th>{escape(one['role'])}</th><td>{escape(one['name'])}</td><td></td><td></td></tr>"
        for one in payload["rows"]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
