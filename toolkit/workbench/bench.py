"""The workbench: sliders on the left, answers on the right."""

from __future__ import annotations

import time
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from toolkit.errors import GradelabError
from toolkit.params.places import project_root
from toolkit.terms import Lang
from toolkit.whatif.knob import Knob
from toolkit.whatif.opening import WhatIf, open_whatif
from toolkit.whatif.saving import save_scenario, scenario_path
from toolkit.workbench.controls import Control
from toolkit.workbench.sections import sections
from toolkit.workbench.sheet import band, plain, refused, sheet
from toolkit.workbench.waiting import Waiting
from toolkit.workbench.words import word

NAMED = 6
LEFT = "37em"
HINT = "what_if"
VIEW = "application/vnd.jupyter.widget-view+json"


class Workbench:
    """Knobs of a study with the answers beside them; show it as the last line of a cell.

    Parameters
    ----------
    whatif : WhatIf
    lang : {"zh", "en"}
    """

    def __init__(self, whatif: WhatIf, lang: Lang = "zh") -> None:
        self.whatif, self.lang = whatif, lang
        titles = {title.text(lang): policy for policy, title in whatif.titles.items()}
        first = list(titles.values())[min(1, len(titles) - 1)]
        plainly = {"description_width": "initial"}
        self.policy = widgets.Dropdown(
            options=titles, value=first, description=word("policy", lang), style=plainly
        )
        self.reset = widgets.Button(description=word("reset", lang), icon="undo", layout={"width": "auto"})
        # sent whole when it is left: letters still on their way would be overtaken by a click on save
        self.name = widgets.Text(
            value=HINT, description=word("name", lang), style=plainly, continuous_update=False
        )
        self.overwrite = widgets.Checkbox(value=False, description=word("overwrite", lang), indent=False)
        self.save = widgets.Button(description=word("save", lang), icon="save", button_style="primary")
        self.saved, self.status, self.answers = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.left = widgets.VBox()
        self._controls: dict[Any, Control] = {}
        self._boards: dict[str, widgets.Widget] = {}
        self._waiting = Waiting(self.answer)
        self.box = self._laid_out()
        self._listen()
        self._show_policy()

    def answer(self) -> None:
        """Answer as the knobs stand; a refusal takes the place of the answers."""
        begun, policy = time.perf_counter(), self.policy.value
        try:
            before = self.whatif.answering.production(policy)
            now = self.whatif.answering.answer(policy)
        except GradelabError as error:
            html = refused(error, self.lang)
        else:
            study = self.whatif.study
            html = sheet(now, before, study.definition_titles, self.lang, study.currency)
        took = (time.perf_counter() - begun) * 1000
        self.answers.value = html
        self.status.value = self._status(took)

    def turn(self, knob: Knob, value: float) -> None:
        """Turn a knob as a slider does."""
        self.whatif.board.move(knob.place, value)
        self._follow()
        self._waiting.ask()

    def put_back(self) -> None:
        """Put every knob back to production."""
        self.whatif.board.reset()
        self._follow()
        self._waiting.ask()

    def save_as(self, name: str, *, overwrite: bool = False) -> Path:
        """Save what was turned as a scenario of the study; see :func:`toolkit.whatif.saving.save_scenario`."""
        return save_scenario(self.whatif, scenario_path(self.whatif, name.strip()), overwrite=overwrite)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The widgets; where there are none, the same answers as a page or as text."""
        html = f"{band(self.lang)}{self.status.value}{self.answers.value}"
        return {VIEW: self.box.get_view_spec(), "text/html": html, "text/plain": repr(self)}

    def __repr__(self) -> str:
        try:
            answering, policy = self.whatif.answering, self.policy.value
            found = answering.answer(policy), answering.production(policy)
        except GradelabError as error:
            return error.text(self.lang)
        return plain(*found, self.lang, self.whatif.study.currency)

    def _laid_out(self) -> widgets.VBox:
        keeping = widgets.VBox([widgets.HBox([self.name, self.save]), self.overwrite, self.saved])
        left = widgets.VBox(
            [widgets.HBox([self.policy, self.reset]), self.left, keeping],
            layout={"width": LEFT, "flex": "0 0 auto"},
        )
        seats = word("seats", self.lang) if self.whatif.asks_for_seats else ""
        beside = [self.status, self.answers, widgets.HTML(f"<small>{escape(seats)}</small>")]
        right = widgets.VBox(beside, layout={"flex": "1 1 30em"})
        both = widgets.HBox([left, right], layout={"flex_flow": "row wrap", "grid_gap": "1.5em"})
        for name in ("status", "answers", "saved", "save", "name"):
            getattr(self, name).add_class(f"gl-{name}")
        return widgets.VBox([widgets.HTML(band(self.lang)), both])

    def _listen(self) -> None:
        self.policy.observe(lambda _: self._show_policy(), "value")
        self.reset.on_click(lambda _: self.put_back())
        self.save.on_click(lambda _: self._save())

    def _save(self) -> None:
        try:
            path = self.save_as(self.name.value, overwrite=self.overwrite.value)
        except GradelabError as error:
            self.saved.value = refused(error, self.lang)
            return
        root, study = project_root(self.whatif.study.files.path), self.whatif.study.files.path
        shown = [
            one.resolve().relative_to(root).as_posix() if one.resolve().is_relative_to(root) else str(one)
            for one in (path, study)
        ]
        self.saved.value = (
            f'<div class="gl-whatif">{escape(word("saved", self.lang, path=shown[0], study=shown[1]))}</div>'
        )

    def _show_policy(self) -> None:
        policy = self.policy.value
        if policy not in self._boards:
            self._boards[policy] = self._board(policy)
        self.left.children = (self._boards[policy],)
        self._follow()
        self.answer()

    def _board(self, policy: str) -> widgets.Widget:
        """The knobs of a policy in sections, each filled when it is opened."""
        found = sections(self.whatif.knobs(policy), self.lang)
        boxes = [widgets.VBox() for _ in found]
        board = widgets.Accordion(children=boxes, titles=tuple(found), selected_index=None)

        def fill(change: dict) -> None:
            place = change["new"]
            if place is not None and not boxes[place].children:
                boxes[place].children = [self._control(knob).row for knob in list(found.values())[place]]

        board.observe(fill, "selected_index")
        board.selected_index = 0
        without = self.whatif.without_knobs(policy)
        if without is None:
            return board
        return widgets.VBox([widgets.HTML(f"<p>{escape(without.text(self.lang))}</p>"), board])

    def _control(self, knob: Knob) -> Control:
        if knob.place not in self._controls:
            value = self.whatif.board.values[knob.place]
            control = Control.of(knob, value, self.lang, self.whatif.study.currency)
            control.on_turn(self.turn)
            self._controls[knob.place] = control
        return self._controls[knob.place]

    def _follow(self) -> None:
        """Put every slider where its knob stands."""
        for place, control in self._controls.items():
            control.show(self.whatif.board.values[place])

    def _status(self, took: float) -> str:
        moved = self.whatif.board.moved
        joint = "、" if self.lang == "zh" else ", "
        names = joint.join(knob.label.text(self.lang) for knob in moved[:NAMED]) + (
            "…" if len(moved) > NAMED else ""
        )
        told = (
            word("moved", self.lang, count=len(moved), knobs=names)
            if moved
            else word("nothing_moved", self.lang)
        )
        timed = word("answered", self.lang, ms=f"{took:,.0f}")
        return f'<div class="gl-whatif"><span class="gl-time">{escape(timed)}</span> · {escape(told)}</div>'


def open_workbench(
    study: str | Path, *, quarter: str = "last", data: str = "", lang: str = "zh"
) -> Workbench:
    """Open a study and lay its knobs out; parameters as those of a chapter.

    Raises
    ------
    ParameterError, HistoryError
    """
    return Workbench(open_whatif(study, quarter=quarter, data=data), "en" if lang == "en" else "zh")
