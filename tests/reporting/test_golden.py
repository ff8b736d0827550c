"""Page one as a picture, held to a small grey copy that somebody looked at.

After a change of the template that is meant, look at the pages and write the copies anew:
``GRADELAB_GOLDEN=write python -m pytest tests/reporting/test_golden.py``. They are thumbnails: what machines draw
differently is gone at their size, what moved, vanished or changed its weight is not.
"""

from __future__ import annotations

import base64
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

GOLDEN = Path(__file__).parent / "golden"
WIDTH, LARGEST = 240, 60_000
BLOCK = 8
MEAN, BLOCKS_APART, SHARE = 2.0, 20.0, 0.01
SCREENS = {"desk": (1280, 1400), "phone": (390, 1700)}
LANGS = ("zh", "en")


def thumbnail(picture: Image.Image) -> np.ndarray:
    """Grey values 0..255 of a picture at the width of the copies."""
    height = round(picture.height * WIDTH / picture.width)
    return np.asarray(picture.convert("L").resize((WIDTH, height), Image.Resampling.BOX), dtype=float)


def held(found: np.ndarray, name: str) -> None:
    """Compare a thumbnail with its copy, or write it."""
    file = GOLDEN / f"{name}.png"
    if os.environ.get("GRADELAB_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        Image.fromarray(found.astype(np.uint8)).save(file, optimize=True)
        assert file.stat().st_size < LARGEST
    told = differences(found, np.asarray(Image.open(file), dtype=float))
    assert not told, f"{name}: {told}; look at the page, then write the copy anew (see the head of this file)"


def differences(found: np.ndarray, copy: np.ndarray) -> str:
    """What sets two thumbnails apart; empty where they show the same page."""
    if found.shape != copy.shape:
        return f"size {found.shape} for {copy.shape}"
    mean = float(np.abs(found - copy).mean())
    apart = float((np.abs(blocks(found) - blocks(copy)) > BLOCKS_APART).mean())
    return (
        f"mean difference {mean:.2f}, {apart:.1%} of the blocks apart" if mean > MEAN or apart > SHARE else ""
    )


def blocks(grey: np.ndarray) -> np.ndarray:
    """Means of squares, so that an edge a hair further to the left does not count."""
    rows, columns = (size // BLOCK * BLOCK for size in grey.shape)
    squares = grey[:rows, :columns].reshape(rows // BLOCK, BLOCK, columns // BLOCK, BLOCK)
    return squares.mean(axis=(1, 3))


@pytest.mark.parametrize("lang", LANGS)
def test_page_one_of_the_pdf_looks_as_it_did(sheets, lang):
    pdfium = pytest.importorskip("pypdfium2", reason="no pypdfium2 on this machine: PDF pages are not drawn")
    page = pdfium.PdfDocument(sheets[lang])[0]
    held(thumbnail(page.render(scale=2).to_pil()), f"pdf.{lang}")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("screen", list(SCREENS))
def test_page_one_on_a_screen_looks_as_it_did(driver, pages, tmp_path, lang, screen):
    width, height = SCREENS[screen]
    file = tmp_path / "report.html"
    file.write_text(pages[lang], "utf-8")
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": screen == "phone"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "light"}]}
    )
    driver.get(file.as_uri())
    driver.execute_async_script("document.fonts.ready.then(arguments[0])")
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
    held(thumbnail(Image.open(io.BytesIO(base64.b64decode(shot)))), f"{screen}.{lang}")


def test_a_page_that_moved_or_lost_a_line_is_told_from_the_same_page():
    """A line of words gone, or all of it a finger lower, is seen; the grain of another machine is not."""
    rng = np.random.default_rng(1)
    page = np.full((336, WIDTH), 255.0)
    for top in range(20, 320, 12):
        page[top : top + 5, 20:200] = rng.integers(120, 200, (5, 180))
    grain = np.clip(page + rng.normal(0, 1.5, page.shape), 0, 255)
    gone = page.copy()
    gone[80:92] = 255
    assert differences(grain, page) == ""
    assert differences(gone, page) and differences(np.roll(page, 6, axis=0), page)
