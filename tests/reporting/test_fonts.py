"""The typeface: static weights, coverage, the cache."""

from __future__ import annotations

import io
import shutil
import threading

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from toolkit.errors import ReportError
from toolkit.reporting import font_instances, fonts

LETTERS = "客户分级永和喆堃垚镕龘Ågj%−①▲あ "


@pytest.fixture(scope="module")
def small_font(tmp_path_factory):
    """The variable font cut to a handful of characters, kerning included."""
    path = tmp_path_factory.mktemp("font") / "small.ttf"
    options = subset.Options(layout_features=["*"], name_IDs=["*"], notdef_outline=True)
    font = subset.load_font(str(fonts.source_file()), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    subset.save_font(font, str(path), options)
    return path


@pytest.mark.parametrize("weight", [400, 700])
def test_the_fast_instance_equals_the_general_instancer(small_font, tmp_path, weight):
    """Oracle: fontTools.varLib.instancer, point for point, flag for flag, width for width."""
    target = tmp_path / f"{weight}.ttf"
    font_instances.build(small_font, {weight: target})
    mine = TTFont(target)
    slow = TTFont(small_font)
    keep = instancer.OverlapMode.KEEP_AND_DONT_SET_FLAGS
    slow = instancer.instantiateVariableFont(slow, {"wght": weight}, updateFontNames=True, overlap=keep)
    buffer = io.BytesIO()
    slow.save(buffer)
    slow = TTFont(io.BytesIO(buffer.getvalue()))
    for name in slow.getGlyphOrder():
        ours, theirs = (font["glyf"][name].getCoordinates(font["glyf"]) for font in (mine, slow))
        assert list(ours[0]) == list(theirs[0]), name
        assert list(ours[1]) == list(theirs[1]), name
        assert bytes(ours[2]) == bytes(theirs[2]), name
        assert mine["hmtx"][name] == slow["hmtx"][name]
    assert mine["OS/2"].usWeightClass == weight
    assert mine["name"].getBestFamilyName() == "Noto Sans SC"
    assert mine["GPOS"].compile(mine) == slow["GPOS"].compile(slow)


def test_every_character_of_gbk_is_kept():
    """Source: GBK (1995), whose ideographs are the 20,902 of Unicode 1.1."""
    files = fonts.font_files()
    ideographs = {chr(code) for code in range(0x4E00, 0x9FA6)}
    assert len(ideographs) == 20_902
    for path in (files.regular, files.bold):
        with TTFont(path, lazy=True) as font:
            assert "fvar" not in font
            assert {ord(character) for character in ideographs} <= set(font.getBestCmap())
    assert not fonts.missing_glyphs("".join(ideographs) + "¥£−±≥①▲“”…—")
    assert (files.folder / "OFL.txt").is_file()


def test_missing_glyphs_are_named_and_blanks_are_not():
    assert fonts.missing_glyphs("好\n\t\u200b\ufe0f 😀✗") == {"😀", "✗"}


def test_matplotlib_draws_bold_from_the_bold_file():
    import matplotlib
    from matplotlib import font_manager

    with matplotlib.rc_context():
        fonts.use_fonts()
        files = fonts.font_files()
        for weight, path in (("regular", files.regular), ("bold", files.bold)):
            wanted = font_manager.FontProperties(family=fonts.FAMILY, weight=weight)
            assert font_manager.findfont(wanted) == str(path)
        assert matplotlib.rcParams["axes.unicode_minus"]


def test_a_font_of_the_same_name_on_the_machine_is_passed_over(tmp_path):
    import matplotlib
    from matplotlib import font_manager

    files = fonts.font_files()
    other = shutil.copy(files.regular, tmp_path / "a.ttf")
    listed = font_manager.fontManager.ttflist
    font_manager.fontManager.ttflist = [e for e in listed if e.name != fonts.FAMILY]
    font_manager.fontManager.addfont(other)
    with matplotlib.rc_context():
        fonts.use_fonts()
    for weight, path in (("regular", files.regular), ("bold", files.bold)):
        wanted = font_manager.FontProperties(family=fonts.FAMILY, weight=weight)
        assert font_manager.findfont(wanted) == str(path)


def test_a_web_font_holds_the_characters_asked_for_and_repeats_its_bytes():
    data = fonts.web_font("客户 grade", 400)
    assert data == fonts.web_font("客户 grade", 400)
    with TTFont(io.BytesIO(data)) as font:
        assert {ord(character) for character in "客户 grade"} <= set(font.getBestCmap())
        assert len(font.getBestCmap()) < 20
        assert font.flavor == "woff2"


def test_two_processes_at_once_leave_one_whole_cache(tmp_path, monkeypatch):
    """Both builders are let through together; neither fails and no half-built folder stays."""
    together = threading.Barrier(2, timeout=10)

    def build(source, targets):
        together.wait()
        for path in targets.values():
            path.write_bytes(b"font")

    monkeypatch.setenv("GRADELAB_CACHE", str(tmp_path))
    monkeypatch.setattr(font_instances, "build", build)
    found = []
    threads = [threading.Thread(target=lambda: found.append(fonts.font_files())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2 and found[0] == found[1]
    assert found[0].regular.read_bytes() == b"font"
    assert [path.name for path in (tmp_path / "fonts").iterdir()] == [found[0].folder.name]


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("GRADELAB_CACHE", str(tmp_path / "file"))
    with pytest.raises(ReportError) as refusal:
        fonts.font_files()
    assert "GRADELAB_CACHE" in refusal.value.zh and "GRADELAB_CACHE" in refusal.value.en


def test_without_the_font_package_the_reader_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(fonts, "PACKAGE", "no-such-font-package")
    with pytest.raises(ReportError) as refusal:
        fonts.source_file()
    assert "pip install" in refusal.value.zh and "pip install" in refusal.value.en
