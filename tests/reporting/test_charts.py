"""What every chart promises: colours that survive grey, words that do not collide, and text for who cannot see it."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from toolkit.reporting import charts, findings
from toolkit.reporting.chart import folded
from toolkit.reporting.columns import em
from toolkit.reporting.fonts import missing_glyphs, use_fonts
from toolkit.reporting.palette import COSTS, EVIDENCE_COLOURS, MARKS, POLICIES, STEPS, grade_colours

SHORT = ("A", "B", "C", "D", "E", "F")


def lightness(colour: str) -> float:
    """CIE L*, 0..100. Source: CIE 15:2004, from sRGB (IEC 61966-2-1)."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    y = float(linear @ [0.2126, 0.7152, 0.0722])
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_grades_go_from_dark_to_light_in_steps_seen_in_grey(count):
    """Ten units of lightness are told apart at a glance on paper; no colour vision is needed."""
    steps = [lightness(colour) for colour in grade_colours(SHORT[:count]).values()]
    assert min(np.diff(steps)) >= 10, steps


def test_the_steps_are_even():
    gaps = np.diff([lightness(colour) for colour in STEPS])
    assert max(gaps) - min(gaps) < 2, gaps


@pytest.mark.parametrize("colours", [COSTS, tuple(EVIDENCE_COLOURS.values())])
def test_neighbours_in_a_bar_differ_in_grey(colours):
    shades = [lightness(colour) for colour in colours]
    assert min(abs(np.diff(shades))) >= 12, shades


def test_policies_differ_by_their_mark_as_well():
    assert len(set(MARKS)) == len(MARKS) >= len(POLICIES)


def test_a_grade_keeps_its_colour_whatever_stands_beside_it():
    """First and last of any scale are the same two colours in every chapter and quarter."""
    for count in (2, 3, 6):
        colours = list(grade_colours(SHORT[:count]).values())
        assert (colours[0], colours[-1]) == (STEPS[0], STEPS[-1])


@pytest.mark.parametrize(
    "text",
    [
        "Weighted multi-factor score of 2027",
        "多因子加权评分（含退货与合作年限）",
        "x" * 70,
        "《ABC 分级》与现行办法",
    ],
)
def test_a_long_name_is_folded_and_loses_nothing(text):
    lines = folded(text, 8).splitlines()
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(em, lines)) <= 16 and not any(line[0] in "，。；：！？、）》”’" for line in lines)


@pytest.fixture(scope="module")
def drawn(demo):
    """Every chart of the demo by language and name, laid out; closed afterwards."""
    import matplotlib.pyplot as plt

    use_fonts()
    weighing, grades = demo.weighing, demo.baseline.scheme.scale.grades
    titles = {policy.id: policy.title for policy in demo.policies}
    effect = next(iter(demo.effects.values()))
    wanted = {
        "customers_by_quarter": (charts.customers_by_quarter, demo.quarters),
        "grades": (charts.grades, demo),
        "lorenz": (charts.lorenz, demo.whole_history),
        "retention": (charts.retention, demo),
        "survival": (charts.survival, demo.staying.survival, grades),
        "cost": (charts.cost, demo),
        "service_tornado": (charts.service_tornado, demo),
        "service_whale": (charts.service_whale, demo),
        "hotline": (charts.hotline, demo.hotline, demo.baseline),
        "cutoff": (charts.cutoff, effect, "100,000"),
        "gap_and_effect": (
            charts.gap_and_effect,
            effect,
            demo.programme_gap,
            findings.truth_at_the_bar(demo),
        ),
        "net_value": (charts.net_value, demo.comparison, demo.currency),
        "evidence": (charts.evidence, demo.comparison),
        "frontier": (charts.frontier, weighing.frontier, titles, demo.currency),
        "track": (charts.track, demo.track, grades),
        "weights": (charts.weights, demo.weights),
    }
    several = {
        charts.alluvial: findings.moves_shown(demo),
        charts.candidates: findings.searched_along_one(demo),
        charts.design: findings.designs_drawn(demo),
        charts.two_way: findings.two_way_shown(demo),
        charts.value_tornado: findings.tornado_shown(demo),
    }
    for draw, results in several.items():
        wanted |= {f"{draw.__name__}.{name}": (draw, *arguments) for name, arguments in results.items()}
    made = {}
    with plt.rc_context({"figure.max_open_warning": 0}):
        for lang in ("zh", "en"):
            for name, (draw, *arguments) in wanted.items():
                chart = draw(*arguments, lang=lang)
                chart.axes.figure.draw_without_rendering()
                made[lang, name] = chart
        yield made
    plt.close("all")


def words_in(chart) -> list:
    """Every text of the figure that is seen."""
    from matplotlib.text import Text

    return [one for one in chart.axes.figure.findobj(Text) if one.get_visible() and one.get_text().strip()]


def test_the_demo_draws_the_whole_set(drawn):
    """The set that a reader of a grading report expects."""
    names = {name.partition(".")[0] for _, name in drawn}
    assert names >= {"grades", "alluvial", "survival", "lorenz", "service_whale", "cutoff", "design", "cost", "hotline",
                     "frontier", "value_tornado", "service_tornado", "evidence", "track", "two_way", "candidates"}  # fmt: skip


def test_no_two_words_of_a_chart_collide(drawn):
    found = []
    for key, chart in drawn.items():
        boxes = [(one.get_text(), one.get_window_extent()) for one in words_in(chart)]
        for (a, one), (b, other) in combinations([pair for pair in boxes if pair[1].width > 0], 2):
            width = min(one.x1, other.x1) - max(one.x0, other.x0)
            height = min(one.y1, other.y1) - max(one.y0, other.y0)
            if width > 2 and height > 3:
                found.append((*key, a, b, round(width), round(height)))
    assert not found, found


def test_every_chart_says_its_figures_in_words(drawn):
    """The alternative text begins with the caption and gives figures; both languages give as many."""
    for (lang, name), chart in drawn.items():
        assert chart.alt.startswith(chart.caption) and chart.caption.strip(), (lang, name)
        assert (
            re.search(r"\d", chart.alt[len(chart.caption) :])
            or "识别" in chart.alt
            or "identified" in chart.alt
        ), name
        assert "\n" not in chart.alt and "nan" not in chart.alt.lower(), (lang, name, chart.alt)
    for name in {name for _, name in drawn}:
        counts = [len(re.findall(r"\d+", drawn[lang, name].alt)) for lang in ("zh", "en")]
        assert abs(counts[0] - counts[1]) <= 0.35 * max(counts), (name, counts)


def test_axes_name_their_units(drawn):
    """Every drawn scale of numbers has a name, or its ticks carry the unit."""
    for key, chart in drawn.items():
        for axes in chart.axes.figure.axes:
            if not axes.axison or axes.get_label() == "<colorbar>":
                continue
            for axis in (axes.xaxis, axes.yaxis):
                ticks = [tick.get_text() for tick in axis.get_ticklabels() if tick.get_visible()]
                numbers = [text for text in ticks if re.fullmatch(r"[−\d.,]+", text)]
                shown = any(tick.label1.get_visible() for tick in axis.get_major_ticks())
                assert not (numbers and shown) or axis.get_label_text(), (*key, ticks)


def test_everything_drawn_can_be_drawn(drawn):
    for key, chart in drawn.items():
        assert not missing_glyphs("".join(one.get_text() for one in words_in(chart))), key


def test_a_name_with_dollars_is_drawn_as_it_is():
    import matplotlib.pyplot as plt

    use_fonts()
    figure, axes = plt.subplots()
    assert not axes.text(0, 0, "$x_1$").get_parse_math()
    plt.close(figure)
