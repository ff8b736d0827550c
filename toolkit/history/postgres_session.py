"""A session with PostgreSQL: one read-only transaction that sees one state, and refusals that repeat no address."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.vault import database_of

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection, Cursor

_SESSION = (
    "datestyle = 'ISO, YMD'",
    "timezone = 'UTC'",
    "extra_float_digits = 1",
    "intervalstyle = 'iso_8601'",
)
_CONNECT_SECONDS = 10


@contextmanager
def reading(path: str) -> Iterator[Cursor]:
    """A cursor in a read-only transaction that sees one state of the database."""
    driver, manager = _driver()
    try:
        with _connected(driver, path) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for setting in _SESSION:
                cursor.execute(f"SET LOCAL {setting}")
            yield cursor
            connection.rollback()
    except manager.Error as error:
        raise _refusal(path, error) from None
    finally:
        _hear_again()


def _hear_again() -> None:
    """Give Ctrl-C back to the handler of Python; the driver takes it for its own calls and may leave it with itself."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)


def _connected(driver: object, path: str) -> Connection:
    address = database_of(path)
    if address is None:
        raise ParameterError(
            zh=f"{path} 不是数据库地址；引用的内容应以 postgresql:// 开头，如 postgresql://用户:密码@主机/库名。",
            en=f"{path} is no address of a database; what is referred to begins with postgresql://, as in "
            "postgresql://user:password@host/database.",
        )
    if "connect_timeout=" not in address:
        address += f"{'&' if '?' in address else '?'}connect_timeout={_CONNECT_SECONDS}"
    return driver.connect(address)


def _driver() -> tuple:
    try:
        import adbc_driver_manager as manager
        import adbc_driver_postgresql.dbapi as driver
    except ImportError:
        raise ParameterError(
            zh="读 PostgreSQL 需要可选的驱动；请执行 .venv/bin/pip install 'gradelab[postgres]'。",
            en="Reading PostgreSQL takes an optional driver; run .venv/bin/pip install 'gradelab[postgres]'.",
        ) from None
    return driver, manager


def _refusal(path: str, error: Exception) -> HistoryError:
    """What the server objected to, without the words of the driver, which may repeat the address."""
    told, state = str(error), getattr(error, "sqlstate", None) or ""
    if state == "42501":
        zh, en = (
            "没有读这张表的权限；请管理员授予 SELECT",
            "the user may not read it; ask for SELECT on the table",
        )
    elif "password authentication" in told or "no password supplied" in told:
        zh, en = (
            "用户名或密码不对；请核对引用的变量",
            "user or password are wrong; check the variable referred to",
        )
    elif "database" in told and "does not exist" in told:
        zh, en = (
            "没有这个数据库；请核对地址最后一段",
            "there is no such database; check the last part of the address",
        )
    elif "role" in told and "does not exist" in told:
        zh, en = "没有这个用户；请核对地址", "there is no such user; check the address"
    elif "translate host name" in told:
        zh, en = (
            "找不到这台服务器；请核对主机名和网络",
            "the server is not found; check the name of the host and the network",
        )
    elif "refused" in told or "timeout" in told or "Failed to connect" in told:
        zh, en = (
            "连不上服务器；请核对地址、端口和网络",
            "no connection to the server; check address, port and network",
        )
    else:
        zh = f"服务器拒绝了查询（{state or type(error).__name__}）；请让管理员查看服务器日志"
        en = f"the server refused the query ({state or type(error).__name__}); see the log of the server"
    return HistoryError(zh=f"读不了数据库 {path}：{zh}。", en=f"The database {path} cannot be read: {en}.")
