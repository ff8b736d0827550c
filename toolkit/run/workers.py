"""Independent pieces of work side by side: on this machine, or on the workers of a Dask cluster, by the same code.

joblib hands the pieces out. On this machine they are worked at in processes (loky), or in threads where a piece only waits
for a process of its own; on a cluster, by joblib's Dask backend, wherever a worker is free. A cluster belongs to a
machine and not to a study: its address is an option or the environment variable ``GRADELAB_WORKERS``.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from toolkit.run import cluster
from toolkit.run.cluster import ADDRESS

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["ADDRESS", "Workers", "workers"]
END = object()
LOOK_SECONDS = 5
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
        stop: Stop = (
            StopHere()
            if self._client is None
            else cluster.StopThere(f"gradelab-{uuid.uuid4().hex}", self._client)
        )
        found: SimpleQueue[tuple[object, BaseException | None]] = SimpleQueue()

        def gather() -> None:
            try:
                for one in self._handed_out(_Until(work, stop), pieces, "threading", "generator"):
                    found.put((one, None))
                found.put((END, None))
            except BaseException as error:
                found.put((END, error))

        thread = threading.Thread(target=gather, daemon=True)
        try:
            thread.start()
            while (told := self._next(found))[0] is not END:
                yield told[0]  # type: ignore[misc]
            if told[1] is not None:
                raise told[1]
        finally:
            if thread in threading.enumerate():
                stop.ask()
                _wait_for(thread)

    def _next(self, found: SimpleQueue) -> tuple[object, BaseException | None]:
        """What comes next; a cluster is looked at while nothing comes."""
        if self._client is None:
            return found.get()
        watch = cluster.Watch(self._client)
        while True:
            with suppress(Empty):
                return found.get(timeout=LOOK_SECONDS)
            watch.look()

    def _handed_out(
        self, work: Callable[[Piece], Found], pieces: Iterable[Piece], here: str, order: str
    ) -> Iterator[Found]:
        from joblib import Parallel, delayed, parallel_config

        if self._client is not None:
            chosen: dict[str, Any] = {"backend": cluster.backend(self._client)}
            calls = (cluster.sealed(work, piece) for piece in pieces)
        else:
            chosen = {"backend": here, "n_jobs": self._jobs}
            calls = (delayed(work)(piece) for piece in pieces)
        lost = nullcontext() if self._client is None else cluster.losing()
        with lost, parallel_config(**chosen):
            yield from Parallel(return_as=order, batch_size="auto" if here == "loky" else 1)(calls)


def _wait_for(thread: threading.Thread) -> None:
    """Until it has ended; a signal may have come while it was being started, when it cannot be joined yet."""
    while thread in threading.enumerate():
        with suppress(RuntimeError):
            thread.join()


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
    with cluster.reached(on, folders) as client:
        yield Workers(jobs, client)
