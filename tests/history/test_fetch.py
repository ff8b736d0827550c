"""Online Retail from its owner, with a small workbook in the owner's layout and a server on this machine.

The expected counts and sum of the small workbook are done by hand: clean rows are 6 x 2.55 and 3 x 1.10.
"""

from __future__ import annotations

import gzip
import io
import threading
import zipfile
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import duckdb
import openpyxl
import pytest

from toolkit.errors import HistoryError
from toolkit.history.fetch import FOLDER, PUBLISHED, Edition, fetch_online_retail

HEADER = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]
MORNING = datetime(2010, 12, 1, 8, 26)
ROWS = [
    [536365, "85123A", "WHITE, HEART", 6, MORNING, 2.55, 17850, "United Kingdom"],
    [536365, 71053, 'RECORD 7" ', 3, MORNING, 1.1, 17850.0, "EIRE"],
    ["C536379", "D", None, -1, MORNING, 27.5, 14527, "United Kingdom"],
    [536414, 22139, None, 56, MORNING, 0, None, "United Kingdom"],
]
SMALL = Edition("", rows=4, clean_rows=2, clean_amount=18.60)


def archive(rows=ROWS, header=HEADER) -> bytes:
    book, sheet, packed = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in (header, *rows):
        book.active.append(row)
    book.save(sheet)
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("Online Retail.xlsx", sheet.getvalue())
    return packed.getvalue()


def silent(*_) -> None:
    pass


@pytest.fixture
def stored(tmp_path):
    """An edition behind a file address."""

    def _stored(content: bytes, edition: Edition = SMALL) -> Edition:
        (tmp_path / "owner.zip").write_bytes(content)
        return replace(edition, address=(tmp_path / "owner.zip").as_uri())

    return _stored


@pytest.fixture
def server():
    """A server that breaks off the first answer half way and honours ranges; asks records what was wanted."""
    content, asks = archive(), []

    class Owner(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            asks.append(wanted)
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start : len(content) // 2] if len(asks) == 1 else content[start:])

        def log_message(self, *_) -> None:
            pass

    owner = ThreadingHTTPServer(("127.0.0.1", 0), Owner)
    thread = threading.Thread(target=owner.serve_forever, daemon=True)
    thread.start()
    yield (
        replace(SMALL, address=f"http://127.0.0.1:{owner.server_port}/online+retail.zip"),
        asks,
        len(content),
    )
    owner.shutdown()
    owner.server_close()
    thread.join()


def test_the_workbook_becomes_the_files_of_the_shared_layout(stored, tmp_path):
    steps = []
    folder = fetch_online_retail(
        tmp_path / "data", lambda *step: steps.append(step), edition=stored(archive())
    )
    assert sorted(file.name for file in folder.iterdir()) == [
        "SOURCE.md",
        "online_retail.csv.gz",
        "online_retail.parquet",
    ]
    assert not list((tmp_path / "data").glob(".*"))
    rows = duckdb.read_parquet(str(folder / "online_retail.parquet"))
    assert list(zip(rows.columns, map(str, rows.types), strict=True)) == [
        ("InvoiceNo", "VARCHAR"),
        ("StockCode", "VARCHAR"),
        ("Description", "VARCHAR"),
        ("Quantity", "BIGINT"),
        ("InvoiceDate", "TIMESTAMP"),
        ("UnitPrice", "DOUBLE"),
        ("CustomerID", "BIGINT"),
        ("Country", "VARCHAR"),
    ]
    text = gzip.decompress((folder / "online_retail.csv.gz").read_bytes()).decode("utf-8")
    assert text.splitlines() == [
        ",".join(HEADER),
        '536365,85123A,"WHITE, HEART",6,2010-12-01 08:26:00,2.55,17850,United Kingdom',
        '536365,71053,"RECORD 7"" ",3,2010-12-01 08:26:00,1.1,17850,EIRE',
        "C536379,D,,-1,2010-12-01 08:26:00,27.5,14527,United Kingdom",
        "536414,22139,,56,2010-12-01 08:26:00,0.0,,United Kingdom",
    ]
    notice = (folder / "SOURCE.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in notice and "Daqing Chen" in notice and "Changes" in notice
    assert steps and all(step.zh and step.en for step, *_ in steps)


def test_the_layout_is_that_of_the_shared_file(stored, tmp_path, data_folder):
    folder = fetch_online_retail(tmp_path / "data", silent, edition=stored(archive()))
    made, shared = (
        duckdb.read_parquet(str(place / "online_retail.parquet")) for place in (folder, data_folder / FOLDER)
    )
    assert (made.columns, made.types) == (shared.columns, shared.types)


def test_what_was_published_is_what_the_sources_say():
    """UCI dataset 352: 541,909 rows; SOURCE.md: 397,884 clean rows worth 8,911,407.90."""
    assert (PUBLISHED.rows, PUBLISHED.clean_rows, PUBLISHED.clean_amount) == (541_909, 397_884, 8_911_407.90)
    assert PUBLISHED.address == "https://archive.ics.uci.edu/static/public/352/online+retail.zip"


def test_a_download_that_broke_off_is_continued(server, tmp_path):
    edition, asks, length = server
    with pytest.raises(HistoryError, match=r"127\.0\.0\.1"):
        fetch_online_retail(tmp_path, silent, edition=edition)
    assert not (tmp_path / FOLDER).exists()
    assert (fetch_online_retail(tmp_path, silent, edition=edition) / "online_retail.parquet").is_file()
    assert asks == [None, f"bytes={length // 2}-"]


def test_a_part_longer_than_the_file_is_fetched_anew(server, tmp_path):
    edition, asks, length = server
    asks.append("skip the answer that breaks off")
    part = tmp_path / f".{FOLDER}.part" / "online_retail.zip.part"
    part.parent.mkdir()
    part.write_bytes(b"x" * (length + 5))
    assert fetch_online_retail(tmp_path, silent, edition=edition).is_dir()
    assert asks[1:] == [f"bytes={length + 5}-", None]


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        archive()[:-200],
        archive(rows=ROWS[1:]),
        archive(rows=[[*ROWS[0][:5], 2.56, *ROWS[0][6:]], *ROWS[1:]]),
        archive(header=[*HEADER[:-1], "Land"]),
        archive(rows=[[*ROWS[0][:3], "six", *ROWS[0][4:]], *ROWS[1:]]),
    ],
)
def test_contents_that_differ_replace_nothing(stored, tmp_path, content):
    folder = fetch_online_retail(tmp_path / "data", silent, edition=stored(archive()))
    before = {file: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(HistoryError) as refusal:
        fetch_online_retail(tmp_path / "data", silent, edition=stored(content))
    assert refusal.value.zh != refusal.value.en
    assert {file: file.read_bytes() for file in folder.iterdir()} == before
    # the next attempt downloads anew and succeeds
    assert fetch_online_retail(tmp_path / "data", silent, edition=stored(archive())) == folder


def test_without_network_the_address_and_the_way_round_are_told(tmp_path):
    edition = replace(SMALL, address="http://127.0.0.1:9/online+retail.zip")
    with pytest.raises(HistoryError) as refusal:
        fetch_online_retail(tmp_path, silent, edition=edition)
    for text in (refusal.value.zh, refusal.value.en):
        assert edition.address in text and "online_retail.zip" in text
    # saved by hand where the message says, the file is used without a download
    saved = tmp_path / f".{FOLDER}.part" / "online_retail.zip"
    saved.write_bytes(archive())
    assert fetch_online_retail(tmp_path, silent, edition=edition).is_dir()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(HistoryError, match="GRADELAB_DATA"):
        fetch_online_retail(tmp_path / "data", silent, edition=SMALL)
