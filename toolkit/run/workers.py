"""Independent pieces of work side by side: on this machine, or on the workers of a Dask cluster, by the same code.

joblib hands the pieces out. On this machine they are worked at in processes (loky), or in threads where a piece only waits
for a process of its own; on a cluster, by joblib's Dask backend, wherever a worker is free. A cluster belongs to a
machine and not to a study: its address is an option or the environment variable ``GRADELAB_WORKERS``.
"""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from toolkit import __version__
from toolkit.run.failures import NoWorkers

if TYPE_CHECKING:
    from distributed import Client

ADDRESS = "GRADELAB_WORKERS"
PATIENCE_SECONDS = 10
END = object()
Piece = TypeVar("Piece")
Found = TypeVar("Found")


class Stop(Protocol):
    """Whether pieces are asked to come to an end; ``ask`` is called where the work was given out."""

    def ask(self) -> None: ...

    def asked(self) -> bool: ...


class StopHere:
    """A request to stop that is heard in this process."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def ask(self) -> None:
        """Ask all pieces to stop."""
        self._event.set()

    def asked(self) -> bool:
        """Whether it was asked."""
        return self._event.is_set()


class StopThere:
    """A request to stop that the workers of a cluster hear from its scheduler."""

    def __init__(self, name: str) -> None:
        self._name = name

    def ask(self) -> None:
        """Ask all pieces to stop."""
        self._event().set()

    def asked(self) -> bool:
        """Whether it was asked; no, where the scheduler cannot be asked: what is at work then ends by itself."""
        try:
            return bool(self._event().is_set())
        except Exception:
            return False

    def _event(self) -> Any:
        from distributed import Event

        return Event(self._name)


class Workers:
    """Those at hand for independent pieces of work; made by :func:`workers`.

    Parameters
    ----------
    jobs : int
        Pieces at once on this machine; a cluster works at as many as it has threads.
    client : distributed.Client, optional
    """

    def __init__(self, jobs: int, client: Client | None = None) -> None:
        self._jobs, self._client = jobs, client

    def each(
        self, work: Callable[[Piece], Found], pieces: Iterable[Piece], *, in_order: bool = True
    ) -> Iterator[Found]:
        """``work`` of every piece, in processes; in the order of ``pieces``, or as they come."""
        return self._handed_out(work, pieces, "loky", "generator" if in_order else "generator_unordered")

    def each_until_stopped(
        self, work: Callable[[Piece, Stop], Found], pieces: Sequence[Piece]
    ) -> Iterator[Found]:
        """``work`` of every piece, which only waits for a process of its own and looks whether it is asked to stop.

        Where the iterator is closed or its reader is interrupted, all are asked to stop, and it returns when they have.
        joblib is driven from a thread, so that no signal ends it before the pieces have come to their end.
        """
        stop: Stop = StopHere() if self._client is None else StopThere(f"gradelab-{uuid.uuid4().hex}")
        found: SimpleQueue[tuple[object, BaseException | None]] = SimpleQueue()

        def gather() -> None:
            try:
                for one in self._handed_out(_Until(work, stop), pieces, "threading", "generator"):
                    found.put((one, None))
                found.put((END, None))
            except BaseException as error:
                found.put((END, error))

        thread = threading.Thread(target=gather, daemon=True)
        thread.start()
        try:
            while (told := found.get())[0] is not END:
                yield told[0]  # type: ignore[misc]
            if told[1] is not None:
                raise told[1]
        finally:
            if thread.is_alive():
                stop.ask()
            thread.join()

    def _handed_out(
        self, work: Callable[[Piece], Found], pieces: Iterable[Piece], here: str, order: str
    ) -> Iterator[Found]:
        from joblib import Parallel, delayed, parallel_config

        chosen = {"backend": here} if self._client is None else {"backend": "dask", "client": self._client}
        calls = (delayed(work)(piece) for piece in pieces)
        with _losing(self._client), parallel_config(**chosen, n_jobs=self._jobs):
            yield from Parallel(return_as=order, batch_size="auto" if here == "loky" else 1)(calls)


class _Until:
    """Work that is told where to look whether it is asked to stop."""

    def __init__(self, work: Callable[[Any, Stop], Any], stop: Stop) -> None:
        self._work, self._stop = work, stop

    def __call__(self, piece: Any) -> Any:
        return self._work(piece, self._stop)


@contextmanager
def workers(jobs: int, on: str | None = None, folders: Sequence[Path] = ()) -> Iterator[Workers]:
    """Workers of this machine, or of the cluster at the address ``on``.

    Parameters
    ----------
    jobs : int
    on : str, optional
        Address of a Dask scheduler, as tcp://host:8786.
    folders : sequence of Path
        From which the pieces import, beside the toolkit; a cluster must have them at the same place.

    Raises
    ------
    NoWorkers
        Where the cluster does not answer, has no worker, or has another version of the toolkit.
    """
    if not on:
        yield Workers(jobs)
        return
    client = _client(on)
    try:
        _examine(client, on, [str(folder) for folder in folders])
        yield Workers(jobs, client)
    finally:
        client.close()


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise NoWorkers(
            zh="交给 Dask 集群运行需要可选的软件包；请执行 pip install 'gradelab[dask]'。",
            en="Work on a Dask cluster takes an optional package; run pip install 'gradelab[dask]'.",
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


@contextmanager
def _losing(client: Client | None) -> Iterator[None]:
    """Say in a sentence that a cluster was lost while it was at work."""
    if client is None:
        yield
        return
    from concurrent.futures import CancelledError

    from distributed import CancelledError as Cancelled
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        yield
    except (KilledWorker, CommClosedError, CancelledError, Cancelled, TimeoutError) as error:
        kind = type(error).__name__
        raise NoWorkers(
            zh=f"运行途中失去了 Dask 集群的 worker 或调度器（{kind}）；做完的步骤已保留，恢复后再运行一次即可接着做。",
            en=f"The Dask cluster lost its workers or its scheduler at work ({kind}); finished steps are kept, run again to "
            "resume once it is back.",
        ) from None
