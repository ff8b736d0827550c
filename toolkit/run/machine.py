"""Looking at the machine: interpreter, packages, locale, clock zone, memory, disk, fonts, typesetting, kernel."""

from __future__ import annotations

import locale
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path

from toolkit.run import space
from toolkit.run.finding import OK, PROBLEM, WARNING, Finding
from toolkit.run.provenance import LOCK
from toolkit.terms import Label

OLDEST_PYTHON = (3, 11)
MOST_NAMED = 5
LEAST_MEMORY = 1_500_000_000
AMPLE = 10
RARE = "㛃䶮堃喆垚翀頔龘犇骉"
LINE = "客户分级季度报告 · A quarterly report on grades"
ZONE = "Asia/Shanghai"
DATA_SUFFIXES = (".csv", ".gz", ".txt", ".tsv", ".xlsx", ".xlsm", ".parquet")
MOST_FILES = 5000


def python() -> Finding:
    """Version of the interpreter."""
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        advice = Label(f"请安装 Python {oldest} 或更新的版本。", f"Install Python {oldest} or newer.")
        return Finding(PROBLEM, Label(version, version), advice)
    return Finding(OK, Label(version, version))


def packages(root: Path) -> Finding:
    """Installed packages against the lock of the project."""
    lock = root / LOCK
    if not lock.is_file():
        advice = Label(
            "无法核对软件包版本；请在项目文件夹中运行。",
            "Versions cannot be held against it; run this in the project.",
        )
        return Finding(WARNING, Label(f"没有 {LOCK}。", f"There is no {LOCK}."), advice)
    wanted = dict(_pins(lock.read_text("utf-8")))
    here = {name: _installed(name) for name in wanted}
    missing = [name for name, version in here.items() if version is None]
    other = [
        f"{name} {here[name]} ≠ {version}"
        for name, version in wanted.items()
        if here[name] not in (None, version)
    ]
    advice = Label(
        "请执行 make report 或 pip install -r requirements.lock。",
        "Run make report, or pip install -r requirements.lock.",
    )
    if missing:
        return Finding(PROBLEM, Label(f"缺少 {_some(missing)}。", f"Missing: {_some(missing)}."), advice)
    if other:
        return Finding(
            WARNING, Label(f"版本不同：{_some(other)}。", f"Other versions: {_some(other)}."), advice
        )
    return Finding(OK, Label(f"{len(wanted)} 个软件包与 {LOCK} 一致", f"{len(wanted)} packages as in {LOCK}"))


def locales() -> Finding:
    """Language of messages, and whether Chinese can be written."""
    from toolkit.run.speech import language

    told = language()
    names = {sys.getfilesystemencoding().lower(), locale.getpreferredencoding(False).lower()}
    printed = (getattr(sys.stdout, "encoding", "") or "utf-8").lower()
    if {name.replace("-", "") for name in (*names, printed)} != {"utf8"}:
        found = Label(f"不是 UTF-8（{printed}）。", f"Not UTF-8 ({printed}).")
        advice = Label("请设置 PYTHONUTF8=1 或 LC_ALL=C.UTF-8。", "Set PYTHONUTF8=1 or LC_ALL=C.UTF-8.")
        return Finding(WARNING, found, advice)
    return Finding(OK, Label(f"UTF-8，提示语言 {told}", f"UTF-8, messages in {told}"))


def time_zone() -> Finding:
    """Zone of the machine, and whether zones are known at all."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    here = datetime.now().astimezone()
    shown = f"{here.tzname()} (UTC{here:%z})"
    try:
        ZoneInfo(ZONE)
    except (ZoneInfoNotFoundError, OSError):
        advice = Label("请执行 pip install tzdata。", "Run pip install tzdata.")
        return Finding(PROBLEM, Label("没有时区数据。", "There are no data on time zones."), advice)
    return Finding(OK, Label(f"{shown}；记录一律用 UTC", f"{shown}; records are in UTC"))


def memory() -> Finding:
    """Free memory and cores."""
    import psutil

    free, cores = psutil.virtual_memory().available, os.cpu_count() or 1
    told = Label(f"可用内存 {free / 1e9:.1f} GB，{cores} 核", f"{free / 1e9:.1f} GB free, {cores} core(s)")
    if free < LEAST_MEMORY:
        advice = Label(
            "偏少；请关闭其他程序，或减少客户数。",
            "That is little; close other programs, or take fewer customers.",
        )
        return Finding(WARNING, told, advice)
    return Finding(OK, told)


def room(folder: Path, shown: str) -> Finding:
    """Whether ``folder`` can be written, and how much room there is."""
    place = space.existing(folder)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        kind = type(error).__name__
        advice = Label(
            "请改权限，或另选文件夹（--out，缓存用 GRADELAB_CACHE）。",
            "Change its permissions, or choose another (--out; GRADELAB_CACHE for the cache).",
        )
        return Finding(
            PROBLEM, Label(f"不能写入 {shown}（{kind}）。", f"{shown} cannot be written ({kind})."), advice
        )
    free = space.free(folder)
    told = Label(
        f"{shown} 可写，剩余 {free / 1e9:.1f} GB", f"{shown} can be written, {free / 1e9:.1f} GB free"
    )
    if free < space.LEAST_BYTES * AMPLE:
        advice = Label(
            "请腾出空间；gradelab clean --dry-run 列出可删除的运行。",
            "Free some; gradelab clean --dry-run lists runs that may go.",
        )
        return Finding(PROBLEM if free < space.LEAST_BYTES else WARNING, told, advice)
    return Finding(OK, told)


def data(folder: Path, shown: str) -> Finding:
    """Whether the data folder is there and its files can be read."""
    advice = Label(
        "用 --data 或 GRADELAB_DATA 指明；模拟研究不需要数据。",
        "Name it with --data or GRADELAB_DATA; a simulated study needs none.",
    )
    if not folder.is_dir():
        return Finding(
            WARNING, Label(f"没有数据文件夹 {shown}。", f"There is no data folder {shown}."), advice
        )
    files = [path for path in _first_files(folder) if path.name.lower().endswith(DATA_SUFFIXES)]
    closed = [path.name for path in files if not os.access(path, os.R_OK)]
    if closed:
        found = Label(
            f"{shown} 中有文件读不了：{_some(closed)}。", f"Files in {shown} cannot be read: {_some(closed)}."
        )
        return Finding(PROBLEM, found, Label("请改权限。", "Change their permissions."))
    if not files:
        return Finding(
            WARNING, Label(f"{shown} 中没有数据文件。", f"There is no data file in {shown}."), advice
        )
    return Finding(OK, Label(f"{shown}，{len(files)} 个数据文件", f"{shown}, {len(files)} data file(s)"))


def fonts() -> Finding:
    """Whether the typeface is there and draws rare Chinese characters."""
    from toolkit.reporting.fonts import font_files, missing_glyphs

    files = font_files()
    lost = missing_glyphs(RARE)
    names = f"{files.regular.name}, {files.bold.name}"
    if lost:
        shown = "".join(sorted(lost))
        advice = Label("请重装 justmytype-intl-cjk。", "Install justmytype-intl-cjk again.")
        return Finding(WARNING, Label(f"{names} 画不出 {shown}。", f"{names} cannot draw {shown}."), advice)
    return Finding(OK, Label(f"{names}，生僻字齐全（{RARE}）", f"{names}, rare characters drawn ({RARE})"))


def typesetting() -> Finding:
    """Whether typst sets a line of both languages as tagged PDF."""
    import typst

    from toolkit.reporting.fonts import FAMILY, font_files
    from toolkit.reporting.pdf import STANDARDS

    source = f'#set document(title: "gradelab")\n#set text(font: "{FAMILY}")\n{LINE}'.encode()
    begun = time.monotonic()
    made = typst.compile(
        source, font_paths=[str(font_files().folder)], ignore_system_fonts=True, pdf_standards=STANDARDS
    )
    seconds = time.monotonic() - begun
    size = len(made) / 1e3
    return Finding(
        OK,
        Label(
            f"中英文一行，{seconds:.1f} 秒，{size:.0f} kB",
            f"a line of both languages, {seconds:.1f} s, {size:.0f} kB",
        ),
    )


def kernel(root: Path) -> Finding:
    """Whether a kernel starts, and how long that takes."""
    from toolkit.run.kernels import Kernels

    begun = time.monotonic()
    with Kernels(root) as kernels:
        kernels.prove()
    seconds = time.monotonic() - begun
    return Finding(OK, Label(f"{seconds:.1f} 秒启动", f"starts in {seconds:.1f} s"))


def _pins(lock: str) -> Iterator[tuple[str, str]]:
    """Name and version of each package that the lock wants on this machine."""
    from packaging.requirements import InvalidRequirement, Requirement

    for line in lock.splitlines():
        if line[:1].strip() and "==" in line:
            try:
                wanted = Requirement(line.rstrip("\\ "))
            except InvalidRequirement:
                continue
            if wanted.marker is None or wanted.marker.evaluate():
                yield wanted.name, str(wanted.specifier).removeprefix("==")


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _first_files(folder: Path) -> Iterator[Path]:
    for count, path in enumerate(folder.rglob("*")):
        if count >= MOST_FILES:
            return
        if path.is_file():
            yield path


def _some(names: list[str]) -> str:
    more = f" … (+{len(names) - MOST_NAMED})" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
