"""Signing off a run: who answered for exactly these files, in which role, and when.

A signature binds role, name, time and note to the hash of the run. It is a record, kept beside the
manifest, of what somebody declared; it is no cryptographic proof of who did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from toolkit.errors import GradelabError, UsageError
from toolkit.params.sign_off import ROLES
from toolkit.run.facts import FACTS
from toolkit.run.files import digest, read_json, text_digest, write_json
from toolkit.run.folder import MANIFEST
from toolkit.run.lock import guard
from toolkit.terms import Label

Role = Literal["commissioner", "analyst", "assurer", "approver"]
SIGNATURES = "signatures.json"
SCHEMA = 1
LONGEST = 500


class Unsigned(GradelabError):
    """A signature is missing or does not hold for the files that lie there."""

    exit_code = 9


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature.

    Attributes
    ----------
    role : str
    name : str
    at : str
        UTC.
    note : str
    run : str
        Identifier of the run.
    hash : str
        Hash of the run when it was signed.
    bound : str
        SHA-256 over all of the above.
    """

    role: str
    name: str
    at: str
    note: str
    run: str
    hash: str
    bound: str

    def holds(self, run: str, hash: str) -> bool:
        """Whether nothing has changed: neither the run nor the signature."""
        return (self.run, self.hash) == (run, hash) and self.bound == _bound(asdict(self))


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it stands today.

    Attributes
    ----------
    signature : Signature
    valid : bool
        False where files of the run, or the signature, were changed afterwards.
    """

    signature: Signature
    valid: bool

    def line(self) -> Label:
        """One line for people."""
        one, role = self.signature, ROLES[self.signature.role]
        state = Label("有效", "valid") if self.valid else Label("失效", "void")
        note = f"  {one.note}" if one.note else ""
        return Label(
            f"{state.zh}  {role.zh}  {one.name}  {one.at}{note}",
            f"{state.en:<5}  {role.en:<12}  {one.name}  {one.at}{note}",
        )


def run_hash(outputs: Mapping[str, str]) -> str:
    """Hash of a run: SHA-256 over its outputs (name and SHA-256, by name), and over its facts again.

    >>> run_hash({"b": "2", "facts.json": "1"}) == run_hash({"facts.json": "1", "b": "2"})
    True
    """
    return text_digest(json.dumps([sorted(outputs.items()), outputs.get(FACTS)], ensure_ascii=False))


def sign(folder: Path, role: Role, name: str, note: str = "") -> Signature:
    """Sign the run in ``folder``; a signature of the same role is replaced and kept as history.

    Raises
    ------
    UsageError
        Where the role is unknown, the name is empty, the run did not succeed, or its files are not
        those that it left.
    """
    name, note = " ".join(name.split()), " ".join(note.split())
    _refuse_words(role, name, note)
    manifest = read_json(folder / MANIFEST)
    _refuse_run(folder, manifest)
    told = {
        "role": role,
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "note": note,
        "run": manifest["run"],
        "hash": run_hash(manifest["outputs"]),
    }
    signature = Signature(**told, bound=_bound(told))
    with guard(folder.parent):
        kept = _read(folder)
        before = kept["signatures"].get(role)
        history = [*kept["history"], *([before] if before else [])]
        now = {**kept["signatures"], role: asdict(signature)}
        told = {"schema": SCHEMA, "signatures": now, "history": history}
        write_json(folder / SIGNATURES, told, lasting=True)
    return signature


def signatures(folder: Path) -> list[Signed]:
    """Every signature of the run in ``folder``, in the order of the roles, held against the files that lie there."""
    kept = _read(folder)["signatures"]
    if not kept:
        return []
    manifest = read_json(folder / MANIFEST)
    listed = manifest.get("outputs") or {}
    here = {name: digest(folder / name) for name in listed if (folder / name).is_file()}
    run, now = str(manifest.get("run")), run_hash(here)
    found = [signature for role in ROLES if (signature := _signature(role, kept.get(role)))]
    whole = manifest.get("state") == "succeeded"
    return [Signed(one, whole and one.holds(run, now)) for one in found]


def signed_roles(folder: Path) -> Label | None:
    """The roles that have signed the run in ``folder`` as it lies there; None where none has."""
    roles = [ROLES[one.signature.role] for one in signatures(folder) if one.valid]
    if not roles:
        return None
    return Label(
        "已签署：" + "、".join(role.zh for role in roles), "signed: " + ", ".join(role.en for role in roles)
    )


def is_signed(folder: Path) -> bool:
    """Whether anybody ever signed the run in ``folder``, be it void by now."""
    return (folder / SIGNATURES).exists()


def refuse_void(found: list[Signed]) -> None:
    """Refuse a run without signatures, or with one that does not hold.

    Raises
    ------
    Unsigned
    """
    void = [ROLES[one.signature.role] for one in found if not one.valid]
    if void:
        raise Unsigned(
            zh=f"{len(void)} 个签署已失效（{'、'.join(role.zh for role in void)}）：签署之后文件变了。"
            "请恢复文件，或核对后重新签署。",
            en=f"{len(void)} signature(s) are void ({', '.join(role.en for role in void)}): files were changed after "
            "signing. Restore them, or look again and sign anew.",
        )
    if not found:
        raise Unsigned(
            zh="这次运行还没有人签署；请执行 gradelab sign 运行文件夹 --role 角色 --name 姓名。",
            en="Nobody has signed this run; use gradelab sign RUN --role ROLE --name NAME.",
        )


def _refuse_words(role: str, name: str, note: str) -> None:
    if role not in get_args(Role):
        raise UsageError(
            zh=f"没有角色 {role}；可用的有 {'、'.join(ROLES)}。",
            en=f"There is no role {role}; the roles are {', '.join(ROLES)}.",
        )
    if not name or len(name) > LONGEST or len(note) > LONGEST:
        raise UsageError(
            zh=f"请用 --name 写明签署人姓名；姓名与附言各不超过 {LONGEST} 个字符。",
            en=f"Say with --name who signs; name and note have at most {LONGEST} characters each.",
        )


def _refuse_run(folder: Path, manifest: Mapping[str, Any]) -> None:
    if manifest.get("state") != "succeeded":
        state = manifest.get("state", "?")
        raise UsageError(
            zh=f"运行 {folder.name} 没有成功（{state}），不能签署；请重新运行，再签署成功的那一次。",
            en=f"The run {folder.name} did not succeed ({state}) and cannot be signed; run again and sign the good one.",
        )
    listed = manifest.get("outputs") or {}
    wrong = [name for name, known in listed.items() if not _is(folder / name, known)]
    if FACTS not in listed:
        wrong.append(FACTS)
    if wrong:
        raise UsageError(
            zh=f"运行 {folder.name} 有 {len(wrong)} 个文件缺失或与记录不符，第一个是 {wrong[0]}，不能签署；请恢复文件或重新运行。",
            en=f"{len(wrong)} file(s) of the run {folder.name} are missing or not as recorded, the first is {wrong[0]}; "
            "it cannot be signed. Restore them or run again.",
        )


def _is(path: Path, known: str) -> bool:
    return path.is_file() and digest(path) == known


def _read(folder: Path) -> dict[str, Any]:
    told = read_json(folder / SIGNATURES)
    kept, history = told.get("signatures"), told.get("history")
    return {
        "signatures": kept if isinstance(kept, dict) else {},
        "history": history if isinstance(history, list) else [],
    }


def _signature(role: str, told: Any) -> Signature | None:
    """The signature that was written; a damaged one stands, with nothing in it, and does not hold."""
    if told is None:
        return None
    given = told if isinstance(told, dict) else {}
    words = {name: str(given.get(name, "")) for name in Signature.__slots__}
    return Signature(**{**words, "role": role})


def _bound(told: Mapping[str, Any]) -> str:
    words = {name: told[name] for name in ("role", "name", "at", "note", "run", "hash")}
    return text_digest(json.dumps(words, ensure_ascii=False, sort_keys=True))
