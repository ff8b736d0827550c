"""Pieces of work on this machine and on a cluster of a scheduler and two workers on loopback. Expected: the same results."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from toolkit.run import cluster as room
from toolkit.run import workers as hands
from toolkit.run.failures import NoWorkers
from toolkit.run.members import SideBySide
from toolkit.run.workers import Workers, workers

ROOT = Path(__file__).parents[2]
PIECES = "import os\ndef replicate(seed):\n    return seed, (seed * 7919) % 101, os.getpid()\n"
STAND_IN = """
    #!{python}
    import json, os, pathlib, signal, sys, time
    words = sys.argv[1:]
    assert words[:3] == ["-m", "toolkit", "run"], words
    name = words[words.index("--with") + 1].partition("#")[2]
    begun = pathlib.Path(name + ".begun")
    begun.write_text(f"{{os.getppid()}} {{os.getpid()}}")
    def stopped(number, frame):
        pathlib.Path(name + ".stopped").write_text("")
        sys.exit(143)
    signal.signal(signal.SIGTERM, stopped)
    if name == "endless":
        time.sleep(60)
    reason = {{"zh": "不行", "en": "no"}} if name == "refused" else None
    run = pathlib.Path("runs", name)
    run.mkdir(parents=True, exist_ok=True)
    (run / "facts.json").write_text(json.dumps({{"draws": len(name) * 100}}))
    print(json.dumps({{"run_folder": None if reason else run.as_posix(), "reason": reason}}))
    sys.exit(3 if reason else 0)
"""
WORKER = (
    "import sys; sys.executable = {stand_in!r}; from distributed.cli.dask_worker import main; main({words!r})"
)
LONG = 60


@contextmanager
def begun(*words: str, folder: Path, log: Path):
    """A process that is gone afterwards, whatever happens."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=folder, env=environment, stdout=stream, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(holds, what: str) -> None:
    for _ in range(20 * LONG):
        if holds():
            return
        time.sleep(0.05)
    pytest.fail(f"{what} within {LONG} s")


@contextmanager
def cluster_of(count: int, folder: Path):
    """Address of a scheduler with workers of one thread each, whose interpreter is the stand-in; and all processes."""
    stand_in = folder / "python"
    stand_in.write_text(textwrap.dedent(STAND_IN).strip().format(python=sys.executable))
    stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
    told = folder / "scheduler.json"
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = ["-m", "distributed.cli.dask_scheduler", *here, "--port", "0", "--scheduler-file", str(told)]
    words = [
        "--scheduler-file",
        str(told),
        "--nthreads",
        "1",
        "--no-nanny",
        "--local-directory",
        str(folder),
        *here,
    ]
    code = WORKER.format(stand_in=str(stand_in), words=words)
    with ExitStack() as stack:
        log = folder / "scheduler.log"
        processes = [stack.enter_context(begun(*scheduler, folder=folder, log=log))]
        until(told.exists, "the scheduler begins")
        address = json.loads(told.read_text())["address"]
        for number in range(count):
            log = folder / f"worker_{number}.log"
            processes.append(stack.enter_context(begun("-c", code, folder=folder, log=log)))
        from distributed import Client

        with Client(address, timeout=LONG, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=LONG)
        yield address, processes


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Address of a scheduler with two workers, their folder and their process ids."""
    pytest.importorskip("distributed", reason="distributed is not installed: nothing to hand work to")
    folder = tmp_path_factory.mktemp("cluster")
    with cluster_of(2, folder) as (address, processes):
        yield address, folder, {process.pid for process in processes[1:]}


@pytest.fixture
def replicate(tmp_path, monkeypatch):
    """A function in a folder that is on nobody's path but ours."""
    (tmp_path / "replicates_of_a_test.py").write_text(PIECES)
    monkeypatch.syspath_prepend(str(tmp_path))
    import replicates_of_a_test

    yield replicates_of_a_test.replicate
    sys.modules.pop("replicates_of_a_test")


def test_replicates_come_to_the_same_on_a_cluster(cluster, replicate, tmp_path):
    """Same figures in the same order; here in processes of this machine, there in those of the two workers."""
    address, _, theirs = cluster
    with workers(2) as here:
        local = list(here.each(replicate, range(40)))
    with workers(2, address, [tmp_path]) as there:
        remote = list(there.each(replicate, range(40)))
        assert sorted(there.each(replicate, range(9), in_order=False))[-1][0] == 8
    assert (
        [one[:2] for one in local] == [one[:2] for one in remote] == [(s, s * 7919 % 101) for s in range(40)]
    )
    assert os.getpid() not in {pid for *_, pid in local}
    assert {pid for *_, pid in remote} <= theirs


def test_a_set_comes_to_the_same_on_a_cluster(cluster, tmp_path, monkeypatch):
    """Members are processes begun by the workers, in our folder; a refusal keeps its words; facts are those of here."""
    address, folder, theirs = cluster
    names = ["few", "refused", "several"]
    found = {}
    for place, on in (("here", None), ("there", address)):
        home = tmp_path / place
        home.mkdir()
        monkeypatch.chdir(home)
        import_module(
            "joblib"
        )  # before the interpreter is another: multiprocessing keeps the one it first sees
        monkeypatch.setattr(sys, "executable", str(folder / "python"))
        with workers(2, on) as those:
            few, refused, several = SideBySide(Path("s.yaml"), [], those).run(
                [[f"x#{name}"] for name in names]
            )
        assert (refused.zh, refused.en) == ("不行", "no")
        assert (few, several) == (home / "runs" / "few", home / "runs" / "several")
        found[place] = [json.loads((run / "facts.json").read_text()) for run in (few, several)]
        parents = {int((home / f"{name}.begun").read_text().split()[0]) for name in names}
        assert parents <= (theirs if on else {os.getpid()})
    assert found["here"] == found["there"] == [{"draws": 300}, {"draws": 700}]


def test_members_on_a_cluster_are_asked_to_stop(cluster, tmp_path, monkeypatch):
    """An interrupted set stops its member on the other machine and begins no other."""
    address, _, _ = cluster
    monkeypatch.chdir(tmp_path)
    with workers(2, address) as those:
        ends = SideBySide(Path("s.yaml"), [], those).run(
            [["x#good"], ["x#endless"], *[[f"x#n{i}"] for i in range(40)]]
        )
        assert next(ends) == tmp_path / "runs" / "good"
        until((tmp_path / "endless.begun").exists, "the member begins")
        time.sleep(0.3)
        ends.close()
    assert (tmp_path / "endless.stopped").exists()


@pytest.mark.parametrize("lost", [0, 1], ids=["scheduler", "worker"])
def test_a_cluster_that_is_lost_at_work_is_one_sentence(tmp_path, monkeypatch, lost):
    """The scheduler or the only worker is killed while a member is at work: nobody waits for ever. A single worker is
    handed work too (joblib alone would do it here, with the interpreter of the test)."""
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 3)
    monkeypatch.setattr(room, "ALONE_SECONDS", 2)
    monkeypatch.setattr(hands, "LOOK_SECONDS", 0.5)
    with (
        cluster_of(1, tmp_path) as (address, processes),
        pytest.raises(NoWorkers) as refused,
        workers(2, address) as those,
    ):
        ends = SideBySide(Path("s.yaml"), [], those).run([["x#good"], ["x#endless"]])
        assert next(ends) == tmp_path / "runs" / "good"
        until((tmp_path / "endless.begun").exists, "the member begins")
        processes[lost].kill()
        try:
            next(ends)
        finally:
            os.kill(int((tmp_path / "endless.begun").read_text().split()[1]), 9)
    assert (
        "失去了 Dask 集群" in refused.value.zh
        and "run again" in refused.value.en
        and refused.value.exit_code == 78
    )


@pytest.fixture
def listening():
    """Work that ends only when it is asked to stop, the pieces that heard it, and whether one has begun."""
    heard, ready = [], threading.Event()

    def work(piece, stop):
        ready.set()
        while not stop.asked():
            time.sleep(0.01)
        heard.append(piece)

    return work, heard, ready


def test_an_exception_where_the_work_was_given_out_stops_the_pieces(listening):
    """As a signal does: it comes while the reader waits, the piece at work hears it, and no thread stays."""
    work, heard, ready = listening
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), workers(1) as those:
        pieces = those.each_until_stopped(work, [1, 2])
        _interrupt(pieces, ready)
    assert heard[0] == 1 and threading.active_count() == before


def test_an_exception_while_the_work_is_being_given_out_stops_the_pieces(monkeypatch, listening):
    """The signal comes after the first piece has begun and before the thread that begins it is known to run."""
    work, heard, ready = listening

    class Interrupted(threading.Thread):
        def start(self):
            super().start()
            assert ready.wait(LONG)
            raise ZeroDivisionError

    before = threading.active_count()
    monkeypatch.setattr(hands.threading, "Thread", Interrupted)
    with pytest.raises(ZeroDivisionError), workers(1) as those:
        next(those.each_until_stopped(work, [1, 2]))
    assert heard[0] == 1 and threading.active_count() == before


def _interrupt(ends, ready) -> None:
    """Raise inside the reader as a handler of signals would."""
    import signal

    def stop(number, frame):
        raise ZeroDivisionError

    former = signal.signal(signal.SIGUSR1, stop)
    try:
        threading.Thread(target=lambda: (ready.wait(), os.kill(os.getpid(), signal.SIGUSR1))).start()
        next(ends)
    finally:
        signal.signal(signal.SIGUSR1, former)


def test_a_failing_piece_is_raised_here():
    def work(piece, stop):
        raise KeyError(piece)

    with workers(2) as those, pytest.raises(KeyError):
        list(those.each_until_stopped(work, [1, 2, 3]))


def test_a_folder_that_is_not_there_is_told(tmp_path, monkeypatch):
    """A machine of a cluster without the project."""
    from toolkit.run.members import Command, carry_out
    from toolkit.run.workers import StopHere

    ended = carry_out(Command(("run",), str(tmp_path / "none")), StopHere())
    assert ended.code is None and "没有" in ended.complained and "no such folder" in ended.complained


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{free}", "nonsense://here", "no address"])
def test_an_address_that_does_not_answer_is_one_sentence(monkeypatch, address):
    """In both languages, with the exit code of the machine's problems and what to do."""
    pytest.importorskip("distributed")
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 1)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = address.format(free=unused.getsockname()[1])
        with pytest.raises(NoWorkers) as refused, workers(2, address):
            pass
    for told in (refused.value.zh, refused.value.en):
        assert address in told and "--on" in told and "GRADELAB_WORKERS" in told and "\n" not in told
    assert refused.value.exit_code == 78


def test_a_missing_package_is_one_sentence(monkeypatch):
    """What to install, in both languages."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoWorkers) as refused, workers(2, "tcp://127.0.0.1:8786"):
        pass
    assert "gradelab[dask]" in refused.value.zh and "gradelab[dask]" in refused.value.en


def test_another_version_on_the_workers_is_refused(cluster, monkeypatch):
    address, *_ = cluster
    monkeypatch.setattr(room, "__version__", "0.0.0")
    with pytest.raises(NoWorkers, match=r"2 of 2 worker\(s\).*lack gradelab 0\.0\.0"), workers(2, address):
        pass


def test_without_an_address_nothing_is_connected(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with workers(2, "") as those:
        assert isinstance(those, Workers)
