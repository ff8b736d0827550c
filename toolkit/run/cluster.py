"""A Dask cluster as a place for independent pieces of work: reached, examined, and heard when it is lost."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from toolkit import __version__
from toolkit.run.failures import NoWorkers

if TYPE_CHECKING:
    from distributed import Client

ADDRESS = "GRADELAB_WORKERS"
PATIENCE_SECONDS = 10
ALONE_SECONDS = 60


class StopThere:
    """A request to stop that the workers of a cluster hear from its scheduler.

    Parameters
    ----------
    name : str
        Of the request, which nobody else on the cluster uses.
    client : distributed.Client, optional
        Where work is given out; a worker has its own.
    """

    def __init__(self, name: str, client: Client | None = None) -> None:
        self._name, self._client = name, client

    def __reduce__(self) -> tuple:
        return StopThere, (self._name,)

    def ask(self) -> None:
        """Ask all pieces to stop; where the cluster is gone there is nobody to ask."""
        if self._client is not None and self._client.status == "running":
            self._event().set()

    def asked(self) -> bool:
        """Whether it was asked; no, where the scheduler cannot be heard: what is at work then ends by itself."""
        try:
            return bool(self._event().is_set())
        except Exception:
            return False

    def _event(self) -> Any:
        from distributed import Event

        return Event(self._name, client=self._client)


class Sealed:
    """A piece of work as it travels: bytes that only a worker opens, and opening them does the work.

    The scheduler reads what it hands on, and need not have the toolkit or whatever a piece imports.
    """

    def __init__(self, work: Callable[[Any], Any], piece: Any) -> None:
        self._work, self._piece = work, piece

    def __reduce__(self) -> tuple:
        return self._work, (self._piece,)


def sealed(work: Callable[[Any], Any], piece: Any) -> tuple[Callable[[bytes], Any], tuple, dict]:
    """A call for joblib that does ``work`` of ``piece`` where it is made."""
    import cloudpickle
    from joblib import delayed

    return delayed(cloudpickle.loads)(cloudpickle.dumps(Sealed(work, piece)))


def backend(client: Client) -> Any:
    """joblib's Dask backend that also hears of pieces which were lost with their worker or the scheduler.

    It hands out to a single worker too: joblib would do the work of one itself.
    """
    from joblib._dask import DaskDistributedBackend

    class Heard(DaskDistributedBackend):
        def effective_n_jobs(self, n_jobs: int) -> int:
            return max(super().effective_n_jobs(n_jobs), 2)

        def submit(self, func: Any, callback: Callable[[Any], None] | None = None) -> Any:
            future = super().submit(func, callback)
            future.add_done_callback(lambda ended: _tell(ended.exception(), callback))
            return future

        def retrieve_result_callback(self, out: Any) -> Any:
            if isinstance(out, BaseException):
                raise out
            return super().retrieve_result_callback(out)

    return Heard(client=client)


def _tell(error: BaseException | None, callback: Callable[[Any], None] | None) -> None:
    """joblib is told of results only; an error that comes from the cluster itself would be waited for forever."""
    if error is not None and callback is not None:
        callback(error)


@contextmanager
def reached(address: str, folders: Sequence[Path] = ()) -> Iterator[Client]:
    """A client of the cluster at ``address``, which has workers with this version of the toolkit.

    Parameters
    ----------
    address : str
        Of a Dask scheduler, as tcp://host:8786.
    folders : sequence of Path
        From which pieces import, beside the toolkit; at the same place on every machine.

    Raises
    ------
    NoWorkers
    """
    client = _client(address)
    try:
        _examine(client, address, [str(folder) for folder in folders])
        yield client
    finally:
        client.close()


@contextmanager
def losing() -> Iterator[None]:
    """Say in a sentence that a cluster was lost while it was at work."""
    from concurrent.futures import CancelledError

    from distributed import CancelledError as Cancelled
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        yield
    except (KilledWorker, CommClosedError, CancelledError, Cancelled) as error:
        raise _lost(type(error).__name__) from None


class Watch:
    """Whether a cluster still has workers; without one, pieces would wait for as long as nobody starts any.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Client) -> None:
        self._client, self._seen = client, monotonic()

    def look(self) -> None:
        """Give up after a minute without workers: the client is closed, which ends all that waits for it.

        Raises
        ------
        NoWorkers
        """
        if self._client.status != "running" or self._client.scheduler_info()["workers"]:
            self._seen = monotonic()
        elif monotonic() - self._seen > ALONE_SECONDS:
            self._client.close()
            raise _lost(f"{ALONE_SECONDS} s")


def _lost(why: str) -> NoWorkers:
    return NoWorkers(
        zh=f"运行途中失去了 Dask 集群的 worker 或调度器（{why}）；做完的步骤已保留，恢复后再运行一次即可接着做。",
        en=f"The Dask cluster lost its workers or its scheduler at work ({why}); finished steps are kept, run again to "
        "resume once it is back.",
    )


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise NoWorkers(
            zh="交给 Dask 集群运行需要可选的软件包；请执行 .venv/bin/pip install 'gradelab[dask]'。",
            en="Work on a Dask cluster takes an optional package; run .venv/bin/pip install 'gradelab[dask]'.",
        ) from None
    try:
        return Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError):
        raise NoWorkers(
            zh=f"Dask 集群 {address} 在 {PATIENCE_SECONDS} 秒内没有应答。地址应类似 tcp://主机:8786；请核对 --on 或环境变量 "
            f"{ADDRESS}，确认调度器已启动；去掉它就在本机运行。",
            en=f"The Dask cluster at {address} did not answer within {PATIENCE_SECONDS} seconds. An address looks like "
            f"tcp://host:8786; check --on or the environment variable {ADDRESS}, and that the scheduler runs; without it the "
            "work is done on this machine.",
        ) from None


def _examine(client: Client, address: str, folders: list[str]) -> None:
    """Refuse a cluster without workers, or whose workers have not this version; let them find ``folders``."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except TimeoutError:
        raise NoWorkers(
            zh=f"Dask 调度器 {address} 已应答，但没有一个 worker；请先用 dask worker {address} 启动。",
            en=f"The Dask scheduler at {address} answers but has no worker; start one with dask worker {address}.",
        ) from None
    found = client.run(_prepared, folders, on_error="return")
    other = [version for version in found.values() if version != __version__]
    if other:
        first = other[0] if isinstance(other[0], str) else type(other[0]).__name__
        raise NoWorkers(
            zh=f"集群 {address} 的 {len(found)} 个 worker 中有 {len(other)} 个没有与本机相同的 gradelab {__version__}"
            f"（第一个：{first}）；请在那里安装同一版本。",
            en=f"{len(other)} of {len(found)} worker(s) of the cluster at {address} lack gradelab {__version__}, which is here "
            f"(the first: {first}); install the same version there.",
        )


def _prepared(folders: list[str]) -> str:
    """On a worker: find modules in ``folders``, and say which version is there."""
    sys.path.extend(folder for folder in folders if folder not in sys.path)
    return __version__
