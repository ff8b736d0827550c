"""What every test may ask for."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from toolkit.params.engine import SparkParams

ROOT = Path(__file__).resolve().parents[1]
ABSENT = "real data folder is absent (set GRADELAB_DATA or place shared/data beside the checkout)"


PUBLISHED = YAML(typ="safe").load((ROOT / "tests" / "published.yaml").read_text("utf-8"))
LAST_DIGIT = 0.51
COMPARED = pytest.StashKey[dict]()
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "headless=new",
    "no-sandbox",
    "disable-gpu",
    "host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "disable-dev-shm-usage",
)


def data_at_hand() -> Path | None:
    """Folder of real data, if there is one."""
    for place in (os.environ.get("GRADELAB_DATA"), ROOT.parent / "shared" / "data", ROOT / "data"):
        if place and (Path(place) / "online_retail_2010_2011").is_dir():
            return Path(place)
    return None


def programs_of_postgres() -> Path | None:
    """Folder of initdb and pg_ctl, the newest of a Debian machine first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    found = [*debian, *(Path(one).parent for one in (shutil.which("pg_ctl"),) if one)]
    return next((path for path in found if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


def why_no_spark() -> str | None:
    """What is missing to start Spark here; None where nothing is."""
    from toolkit.history.spark_session import java_at_hand

    if not importlib.util.find_spec("pyspark"):
        return "Spark is not tried: pyspark of gradelab[spark] is not installed"
    if java_at_hand() is None:
        return "Spark is not tried: Java is absent (Debian package openjdk-17-jre-headless)"
    return None


class Server:
    """A PostgreSQL server in a folder of its own, which refuses to run as root and is run as nobody there."""

    PASSWORD = "s3cret-Käse"

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self) -> None:
        (self.folder / "password").write_text(self.PASSWORD, "utf-8")
        if os.geteuid() == 0:
            for path in (self.folder, self.folder / "password"):
                shutil.chown(path, "nobody")
        self._call("initdb", "-D", "data", "-U", "bi", "-A", "scram-sha-256", "--pwfile", "password", "-E", "UTF8",
                   "--no-sync", "--locale", "C.UTF-8")  # fmt: skip
        told = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        self._call("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", told, "start")

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self._call("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, password: str = PASSWORD, database: str = "postgres", user: str = "bi") -> str:
        return f"postgresql://{user}:{quote(password)}@127.0.0.1:{self.port}/{database}"

    def run(self, *statements: str) -> None:
        """Execute SQL as the owner."""
        import adbc_driver_postgresql.dbapi as driver

        with driver.connect(self.url(), autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _call(self, program: str, *words: str) -> None:
        other = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        with (self.folder / f"{program}.log").open("wb") as log:
            subprocess.run([self.programs / program, *words], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                           stdout=log, stderr=log, check=True, timeout=60, **other)  # fmt: skip


def pytest_addoption(parser):
    parser.addoption(
        "--published", choices=["any", "present", "all"], default="any",
        help="published figures that must be compared: any number, all whose data is at hand, or all",
    )  # fmt: skip


def pytest_configure(config):
    config.stash[COMPARED] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "published" in item.fixturenames:
            item.add_marker("published")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[COMPARED].update(getattr(node, "workeroutput", {}).get("published", {}))


def pytest_sessionfinish(session):
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["published"] = config.stash[COMPARED]
    elif unanswered(config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    compared, every = config.stash[COMPARED], names_of(PUBLISHED)
    if not compared and config.getoption("--published") == "any":
        return
    absent = [name for name in every if name not in compared and not at_hand(name)]
    terminalreporter.section("published figures")
    for group, entry in PUBLISHED.items():
        found = [name for name in names_of({group: entry}) if name in compared]
        if found or config.getoption("--published") != "any":
            worst = max((compared[name] for name in found), default=float("nan"))
            terminalreporter.line(
                f"{len(found):>3} of {len(entry['figures']):<3} {group:<22} "
                f"largest difference {worst:.2f} of the last digit   {entry['source']}"
            )
    terminalreporter.line(f"compared {len(compared)} of {len(every)}; data not at hand for {len(absent)}")
    for name in unanswered(config):
        terminalreporter.line(f"not compared: {name}", red=True)


def names_of(groups: Mapping[str, Mapping]) -> list[str]:
    return [f"{group}.{figure}" for group, entry in groups.items() for figure in entry["figures"]]


def at_hand(name: str) -> bool:
    """Whether what a comparison needs is there."""
    needed = PUBLISHED[name.split(".")[0]].get("data")
    folder = data_at_hand()
    return needed is None or (folder is not None and (folder / needed).is_file())


def unanswered(config) -> Iterable[str]:
    """Figures that were not compared although they had to be."""
    asked = config.getoption("--published")
    if asked == "any" or config.option.collectonly:
        return []
    missing = [name for name in names_of(PUBLISHED) if name not in config.stash[COMPARED]]
    return missing if asked == "all" else [name for name in missing if at_hand(name) or data_at_hand()]


@pytest.fixture
def published(request) -> Callable[..., None]:
    """Hold figures to those that were published: ``published("bgnbd", r=0.2426, alpha=4.4135)``.

    A figure agrees when it rounds to what was printed.
    """

    def compare(group: str, /, **found: float) -> None:
        for name, value in found.items():
            printed = PUBLISHED[group]["figures"][name]
            digits = len(printed.partition(".")[2])
            away = abs(float(value) - float(printed)) * 10**digits
            request.config.stash[COMPARED][f"{group}.{name}"] = away
            assert away <= LAST_DIGIT, f"{group}.{name} is {value}; {printed} was printed"

    return compare


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def data_folder(pytestconfig) -> Path:
    """Folder of real data; the test is skipped with a counted reason where there is none.

    Where every published figure must be compared its absence is a failure.
    """
    folder = data_at_hand()
    if folder is not None:
        return folder
    if pytestconfig.getoption("--published") == "all":
        pytest.fail(ABSENT)
    pytest.skip(ABSENT)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    """A cache of the suite's own; the user's is never touched."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GRADELAB_CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory) -> Iterator[Server]:
    """A PostgreSQL server of the test's own; skipped with a counted reason where there is none to start."""
    if not importlib.util.find_spec("adbc_driver_postgresql"):
        pytest.skip("PostgreSQL is not tried: the driver of gradelab[postgres] is not installed")
    programs = programs_of_postgres()
    if programs is None:
        pytest.skip("PostgreSQL is not tried: initdb and pg_ctl are absent (Debian package postgresql)")
    server = Server(programs, Path(tempfile.mkdtemp(prefix="gradelab-postgres-")))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def spark(pytestconfig) -> Iterator[SparkParams]:
    """A Spark of the module's own on this machine; skipped with a counted reason where there is none to start.

    Where every published figure must be compared its absence is a failure.
    """
    from toolkit.history.spark_session import stop
    from toolkit.params.engine import SparkParams

    reason = why_no_spark()
    if reason:
        pytest.fail(reason) if pytestconfig.getoption("--published") == "all" else pytest.skip(reason)
    yield SparkParams(
        master="local[2]", options={"spark.driver.memory": "1g", "spark.sql.shuffle.partitions": "2"}
    )
    stop()


@pytest.fixture(scope="session")
def small_demo(root, tmp_path_factory, cache):
    """The demo study on a company of 1,500 customers, and its parameter folder."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(root / "params", folder / "params")
    study = folder / "params" / "studies" / "demo.yaml"
    study.write_text(study.read_text("utf-8").replace("customers: 8000", "customers: 1500"), "utf-8")
    return study


@pytest.fixture(scope="session")
def demo(small_demo):
    """The demo study on 1,500 customers, opened."""
    from toolkit.study import open_study

    return open_study(small_demo)


@pytest.fixture(scope="session")
def online_retail(root, data_folder, cache):
    """The study of the public data set, opened."""
    from toolkit.study import open_study

    return open_study(root / "params" / "studies" / "online_retail.yaml", data=data_folder)


@pytest.fixture(scope="session")
def facts_of():
    """Every fact of every chapter of a study."""
    from toolkit.reporting import findings
    from toolkit.reporting.facts import Facts

    def collect(study) -> Facts:
        facts = Facts(study.currency)
        for chapter in (findings.history, findings.grades, findings.retention, findings.cost, findings.effect,
                        findings.decision, findings.standing, findings.proposals, findings.track):  # fmt: skip
            facts.extend(chapter(study))
        return facts

    return collect


@pytest.fixture(scope="module")
def driver():
    """A headless browser that resolves no name; the test is skipped with a counted reason where there is none."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    service = shutil.which("chromedriver")
    if browser is None or service is None:
        pytest.skip(
            "no chromium with chromedriver on this machine: the browser is a second opinion, not a need"
        )
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(service))
    yield started
    started.quit()


def _beside(name: str) -> ModuleType:
    """A module of helpers beside this file."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="session")
def structure() -> ModuleType:
    """What the tags of a PDF say."""
    return _beside("structure")


@pytest.fixture(scope="session")
def browsing() -> ModuleType:
    """What a page does in a browser."""
    return _beside("browsing")


@pytest.fixture(scope="session")
def axe(browsing) -> str:
    """The script of axe-core; the test is skipped with a counted reason where its package is absent."""
    script = browsing.axe_source()
    if script is None:
        pytest.skip("selenium-axe-python is not installed: accessibility rules are not run in the browser")
    return script
