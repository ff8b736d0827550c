"""Secrets in parameter files: named where they are needed, kept elsewhere.

An address or a path may hold ``${env:NAME}`` (a variable of the environment) or
``${keyring:service/user}`` (an entry of the system's key ring). What stands there is never written
into a parameter file, a record or a notebook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from toolkit.params.strict import Text

HIDDEN = "gradelab_hidden"
HOW = "${env:NAME}", "${keyring:service/user}"
MASK = "***"
SECRET_WORDS = ("password", "passwd", "passphrase", "pwd", "secret", "token", "api_key", "apikey")

_REFERENCE = re.compile(
    r"\$\{(?:(?P<env>env):(?P<name>[A-Za-z_]\w*)|keyring:(?P<service>[^{}/]+)/(?P<user>[^{}]+))\}"
)
_BEGUN = re.compile(r"\$\{")
_IN_URL = re.compile(r"(?P<before>[A-Za-z][\w+.-]*://[^\s/@:]*:)(?P<secret>[^\s/]+)(?=@)")
_NAMED = re.compile(
    rf"(?P<before>\b(?:\w*_)?(?:{'|'.join(SECRET_WORDS)})\s*=\s*)(?P<secret>'[^']*'|\"[^\"]*\"|[^\s&;,]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a secret is kept.

    Attributes
    ----------
    store : "env" or "keyring"
    name : str
        Variable, or service of the key ring.
    user : str
        User of the service; empty for a variable.
    """

    store: Literal["env", "keyring"]
    name: str
    user: str = ""

    def __str__(self) -> str:
        inside = f"{self.store}:{self.name}" + (f"/{self.user}" if self.user else "")
        return f"${{{inside}}}"


def references(value: Any) -> list[Reference]:
    """Every reference in ``value`` (text, or dicts and lists of text), each once, in order.

    >>> [str(one) for one in references({"path": "${env:SHARE}/${env:SHARE}.csv", "n": 3})]
    ['${env:SHARE}']
    """
    found = (_reference(match) for text in _texts(value) for match in _REFERENCE.finditer(text))
    return list(dict.fromkeys(found))


def replaced(text: str, values: dict[Reference, str]) -> str:
    """``text`` with each reference replaced by its value."""
    return _REFERENCE.sub(lambda match: values[_reference(match)], text)


def masked(address: str) -> str:
    """``address`` as it may be recorded: references stay, a literal password is blotted out.

    >>> masked("postgresql://bi:hunter2@db/sales"), masked("host=db password=hunter2")
    ('postgresql://bi:***@db/sales', 'host=db password=***')
    >>> masked("postgresql://bi:${env:DB_PASSWORD}@db/sales")
    'postgresql://bi:${env:DB_PASSWORD}@db/sales'
    """
    for pattern in (_IN_URL, _NAMED):
        address = pattern.sub(lambda found: found["before"] + _blotted(found["secret"]), address)
    return address


def holds_password(address: str) -> bool:
    """Whether ``address`` has a password written out.

    >>> holds_password("postgresql://bi:hunter2@db/sales"), holds_password("exports/orders_*.csv")
    (True, False)
    """
    return masked(address) != address


def is_secret_word(key: str) -> bool:
    """Whether a key of this name would hold a secret."""
    return any(word in key.lower() for word in SECRET_WORDS)


def _check(address: str) -> str:
    if len(_BEGUN.findall(address)) != len(_REFERENCE.findall(address)):
        raise _refuse(
            f"${{…}} 应写作 {HOW[0]} 或 {HOW[1]}",
            f"a reference reads {HOW[0]} or {HOW[1]}",
        )
    if holds_password(address):
        raise _refuse(
            f"含有密码。请删去，改写为引用：{HOW[0]}（环境变量）或 {HOW[1]}（系统钥匙串），并更换这个密码",
            f"holds a password. Refer to it instead, {HOW[0]} (environment) or {HOW[1]} (key ring of the system), "
            "and change the password, for it was written down",
        )
    return address


def _without_reference(word: str) -> str:
    """Words of a command can be seen by everybody on the machine."""
    if _REFERENCE.search(word) or holds_password(word):
        raise _refuse(
            "命令的参数人人可见，不能含有密码或对密码的引用；命令会继承环境变量，请让它自己读取",
            "words of a command can be seen by everybody on the machine and must hold neither a password nor a reference "
            "to one; the command inherits the environment, let it read there",
        )
    return word


Address = Annotated[Text, AfterValidator(_check)]
CommandWord = Annotated[Text, AfterValidator(_without_reference)]


def _refuse(zh: str, en: str) -> PydanticCustomError:
    """A refusal that does not repeat what was written."""
    return PydanticCustomError(HIDDEN, "{en}", {"zh": zh, "en": en})


def _blotted(secret: str) -> str:
    bare = secret.strip("'\"")
    return secret if not bare or bare == MASK or not _REFERENCE.sub("", bare) else MASK


def _reference(match: re.Match[str]) -> Reference:
    if match["env"]:
        return Reference("env", match["name"])
    return Reference("keyring", match["service"], match["user"])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
