"""A knob as a row of widgets: its name, a slider, a field for the exact number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import ipywidgets as widgets

from toolkit.terms import CURRENCY_SIGNS, UNITS, Lang
from toolkit.whatif.knob import Knob

PERCENT = 100.0
NAME_WIDTH, SLIDER_WIDTH, FIELD_WIDTH, UNIT_WIDTH = "12em", "12em", "7em", "4em"
TINY = 1e-9


@dataclass(slots=True, eq=False)
class Control:
    """One row.

    Attributes
    ----------
    knob : Knob
    slider, field : widgets
    row : HBox
    """

    knob: Knob
    slider: widgets.Widget
    field: widgets.Widget
    row: widgets.HBox
    _quiet: bool = False

    @classmethod
    def of(cls, knob: Knob, value: float, lang: Lang, currency: str) -> Control:
        """The row of a knob that stands at ``value``."""
        factor, span = _factor(knob), knob.span
        sliders, fields = (
            (widgets.IntSlider, widgets.IntText) if span.whole else (widgets.FloatSlider, widgets.FloatText)
        )
        number = int if span.whole else float
        ends = {
            "min": number(span.low * factor),
            "max": number(span.high * factor),
            "step": number(span.step * factor),
        }
        shown, told = number(_shown(value, factor)), knob.label.text(lang)
        slider = sliders(
            value=shown,
            **ends,
            readout=False,
            continuous_update=False,
            tooltip=told,
            layout={"width": SLIDER_WIDTH},
        )
        field = fields(value=shown, tooltip=told, continuous_update=False, layout={"width": FIELD_WIDTH})
        name = widgets.HTML(
            f'<span title="{escape(told)}">{escape(told)}</span>', layout={"width": NAME_WIDTH}
        )
        unit = widgets.HTML(escape(unit_word(knob, lang, currency)), layout={"width": UNIT_WIDTH})
        row = widgets.HBox([name, slider, field, unit], layout={"align_items": "center"})
        row.add_class("gl-knob")
        return cls(knob, slider, field, row)

    def on_turn(self, turned: Callable[[Knob, float], None]) -> None:
        """Call ``turned`` when a person moves the slider or types a number."""

        def heard(change: dict) -> None:
            if not self._quiet:
                turned(self.knob, change["new"] / _factor(self.knob))

        self.slider.observe(heard, "value")
        self.field.observe(heard, "value")

    def show(self, value: float) -> None:
        """Put slider and field where the board has the knob."""
        shown = _shown(value, _factor(self.knob))
        self._quiet = True
        try:
            ends = min(self.slider.min, shown), max(self.slider.max, shown)
            with self.slider.hold_trait_notifications():
                self.slider.min, self.slider.max = ends
            self.slider.value = self.field.value = int(shown) if self.knob.span.whole else float(shown)
        finally:
            self._quiet = False


def unit_word(knob: Knob, lang: Lang, currency: str) -> str:
    """What stands behind the number."""
    if knob.unit == "share":
        return "%"
    if knob.unit == "money":
        return CURRENCY_SIGNS.get(currency, currency)
    return UNITS[knob.unit].label.text(lang) if knob.unit else ""


def _factor(knob: Knob) -> float:
    return PERCENT if knob.unit == "share" else 1.0


def _shown(value: float, factor: float) -> float:
    return round(value * factor, 8)
