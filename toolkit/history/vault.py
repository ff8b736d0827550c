"""What references stand for, looked up at the door and nowhere else.

Values live in the process that reads the history; nothing that is written holds them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from toolkit.errors import ParameterError
from toolkit.params.references import Reference, references, replaced

DATABASES = ("postgresql://", "postgres://")


def resolve(wanted: Iterable[Reference]) -> dict[Reference, str]:
    """The value of each reference.

    Raises
    ------
    ParameterError
        Where a variable is not set, an entry is not in the key ring, or there is no key ring.
    """
    return {one: _from_environment(one) if one.store == "env" else _from_keyring(one) for one in wanted}


def opened(text: str) -> str:
    """``text`` with its references replaced by what they stand for; for immediate use, never to be written.

    >>> opened("exports/orders_*.csv")
    'exports/orders_*.csv'
    """
    return replaced(text, resolve(references(text)))


def veiled(name: str, text: str) -> str:
    """``name``, which came of ``text``, with the references of ``text`` in place of their values."""
    for one, value in sorted(resolve(references(text)).items(), key=lambda pair: -len(pair[1])):
        name = name.replace(value, str(one))
    return name


def database_of(path: str) -> str | None:
    """The address of the database that the ``path`` of a table names, opened; None where it names files.

    >>> database_of("postgresql://bi@db/sales"), database_of("exports/orders_*.csv")
    ('postgresql://bi@db/sales', None)
    """
    place = opened(path)
    return place if place.startswith(DATABASES) else None


def files_of(path: str, data_folder: Path) -> list[tuple[str, Path]]:
    """Every file that the ``path`` of a table names: its name for records, and where it lies; none for a database.

    A path without ``*`` names one file; ``*`` names several, below the data folder or below an absolute path.
    """
    place = opened(path)
    if place.startswith(DATABASES):
        return []
    single = data_folder / place
    if single.is_file():
        return [(path, single)]
    if not any(sign in place for sign in "*?["):
        return []
    folder = Path(Path(place).anchor) if Path(place).is_absolute() else data_folder
    matches = folder.glob(str(Path(place).relative_to(folder)) if folder is not data_folder else place)
    found = sorted(match for match in matches if match.is_file())
    named = [match if folder is not data_folder else match.relative_to(data_folder) for match in found]
    return [(veiled(name.as_posix(), path), match) for name, match in zip(named, found, strict=True)]


def _from_environment(one: Reference) -> str:
    value = os.environ.get(one.name, "")
    if not value:
        raise ParameterError(
            zh=f"参数引用了 {one}，但环境变量 {one.name} 没有设置或为空；请在运行前设置它"
            "（systemd 用 EnvironmentFile=，GitHub Actions 用 secrets）。",
            en=f"The parameters refer to {one}, but the variable {one.name} is not set or empty; set it before the run "
            "(EnvironmentFile= of systemd, secrets of GitHub Actions).",
        )
    return value


def _from_keyring(one: Reference) -> str:
    try:
        import keyring
    except ImportError:
        raise ParameterError(
            zh=f"参数引用了 {one}，但没有安装 keyring；请执行 pip install keyring，或改用 ${{env:NAME}}。",
            en=f"The parameters refer to {one}, but keyring is not installed; run pip install keyring, "
            "or use ${env:NAME} instead.",
        ) from None
    try:
        value = keyring.get_password(one.name, one.user)
    except keyring.errors.KeyringError as error:
        raise ParameterError(
            zh=f"读不了系统钥匙串（{type(error).__name__}），{one} 无从得知；没有人登录的机器上请改用 ${{env:NAME}}。",
            en=f"The key ring of the system cannot be read ({type(error).__name__}), so {one} is not known; "
            "on a machine where nobody is logged in use ${env:NAME}.",
        ) from None
    if not value:
        raise ParameterError(
            zh=f"系统钥匙串里没有 {one}；请执行 keyring set {one.name} {one.user}。",
            en=f"The key ring of the system has no {one}; run keyring set {one.name} {one.user}.",
        )
    return value
