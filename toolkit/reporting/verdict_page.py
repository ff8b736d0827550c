"""What stands on the first page: chosen from the facts, worded from the table of sentences."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import Any

from toolkit.comparison.evidence import EVIDENCE
from toolkit.effects.effect import Effect
from toolkit.recommendation.verdict import Because, Judgement, Verdict
from toolkit.reporting.facts import Facts
from toolkit.reporting.findings.proposals import proposals_told
from toolkit.reporting.findings.standing import widest
from toolkit.reporting.first_page import Evidence, Front, KeyFigure
from toolkit.reporting.tracing import figure_mark, unmarked, words_mark
from toolkit.reporting.words import label, sentence, traced, word
from toolkit.study import Study
from toolkit.terms import Lang, number

MOST_UNKNOWNS = 5


def first_page(study: Study, facts: Facts, *, lang: Lang) -> Front:
    """The first page of the report in one language; every figure on it is a fact."""
    result, lead = study.recommendation, study.recommendation.leading()
    effect = next(iter(study.effects.values()))
    return Front(
        lang=lang,
        word=words_mark("verdict", facts.text("verdict", lang)),
        tone=str(result.verdict),
        sentence=verdict_sentence(study, facts, lang=lang),
        rule=study.files.rule.quote.text(lang),
        figures=_figures(study, facts, lead, lang),
        evidence=_evidence(facts, lead, lang),
        unknowns=_unknowns(study, facts, lang),
        pilot=_pilot(study, facts, effect, lang),
        caveat=sentence("history.simulated", facts, lang).replace("**", "") if study.simulated else "",
    )


def verdict_sentence(study: Study, facts: Facts, *, lang: Lang) -> str:
    """The verdict in one sentence."""
    result, lead = study.recommendation, study.recommendation.leading()
    names = {
        "policy": lead.change.title,
        "baseline": result.comparison.title,
        "because": label(f"because.{lead.because}"),
    }
    key, left_out = f"decision.{result.verdict}", result.comparison.excluded
    if left_out and result.verdict is Verdict.KEEP:
        key = "decision.excluded" if lead.verdict is Verdict.EXCLUDED else "decision.keep_ranked"
    said = [traced(key, facts, lang, lead.change.policy, names)]
    for change in result.comparison.changes:
        if change.policy in left_out:
            said.append(traced("decision.left_out", facts, lang, change.policy, {"policy": change.title}))
    return ("" if lang == "zh" else " ").join(said)


def _evidence(facts: Facts, lead: Judgement, lang: Lang) -> tuple[Evidence, ...]:
    name = f"change.{lead.change.policy}.evidence"
    return tuple(
        Evidence(word(f"evidence.{kind}", lang), share, kind, facts.marked(f"{name}.{kind}", lang))
        for kind in EVIDENCE
        if (share := lead.change.share(kind)) > 0
    )


def _figures(study: Study, facts: Facts, lead: Judgement, lang: Lang) -> tuple[KeyFigure, ...]:
    name, title = (
        lead.change.policy,
        word("front.of_policy", lang).format(policy=lead.change.title.text(lang)),
    )
    headline = study.headline
    wanted = [
        ("front.value", f"change.{name}.net", title),
        ("front.effect", f"effect.{headline.id}", headline.title.text(lang)),
        ("front.cost", f"change.{name}.cost", title),
        ("front.break_even", f"change.{name}.break_even", title),
        ("front.retention", f"retention.all.{headline.id}", headline.title.text(lang)),
    ]
    cards = []
    for key, fact, note in wanted:
        if fact in facts:
            interval = facts[fact].interval(lang, facts.currency)
            told = (note, words_mark(fact, interval) if interval else "")
            remark = ("；" if lang == "zh" else "; ").join(filter(None, told))
            cards.append(KeyFigure(fact, word(key, lang), facts.marked(fact, lang), remark))
        elif key == "front.effect":
            cards.append(KeyFigure(fact, word(key, lang), word("front.not_identified", lang), note))
    ways = (f"change.{name}.raised", f"change.{name}.lowered")
    moves = " / ".join(figure_mark(way, number(facts[way].value)) for way in ways)
    cards.insert(min(2, len(cards)), KeyFigure(ways[0], word("front.moves", lang), moves, title))
    return tuple(cards[:5])


def _unknowns(study: Study, facts: Facts, lang: Lang) -> tuple[str, ...]:
    said = []
    for name, effect in study.effects.items():
        if effect.reasons:
            names = {"definition": study.definition_titles[name]}
            said.append(traced("unknown.effect", facts, lang, name, names))
            break
    for judgement in study.recommendation.judgements:
        key = {
            Because.SWITCHERS_NOT_COVERED: "unknown.switchers",
            Because.DEFINITION_FLIPS: "unknown.definition",
        }
        if judgement.because in key:
            names = {"policy": judgement.change.title}
            said.append(traced(key[judgement.because], facts, lang, judgement.change.policy, names))
    hangs = widest(study)
    if hangs is not None:
        said.append(traced("unknown.hangs", facts, lang, names={"input": hangs[0]}))
    ledger = study.serving.reconciliation
    if ledger is not None and ledger.warned:
        said.append(traced("unknown.costs_apart", facts, lang, names={"policy": study.baseline.title}))
    else:
        said.append(word("unknown.costs", lang))
    said.append(word("unknown.reactions" if study.weighing.behaviour else "unknown.behaviour", lang))
    return tuple(said[:MOST_UNKNOWNS])


def _pilot(study: Study, facts: Facts, effect: Effect, lang: Lang) -> str:
    told = next((one for one in proposals_told(study) if one[0] == "pilots.told"), None)
    if told is not None:
        key, policy, names = told
        return traced(key, facts, lang, policy, names)
    return facts.marked("pilot.text", lang) if effect.pilot else ""


def payload(page: Front) -> dict[str, Any]:
    """The page as the output that :func:`toolkit.reporting.first_page.read` reads."""
    return {
        "lang": page.lang,
        "decision": {"word": page.word, "tone": page.tone, "sentence": page.sentence},
        "rule": page.rule,
        "figures": [asdict(figure) for figure in page.figures],
        "evidence": [
            {"label": e.label, "share": e.share, "class": e.standing, "percent": e.percent}
            for e in page.evidence
        ],
        "unknowns": list(page.unknowns),
        "pilot": page.pilot,
        "caveat": page.caveat,
    }


def plain_html(page: Front) -> str:
    """A plain reading for JupyterLab."""
    figures = "".join(
        f"<li>{_plain(f.label)}: <b>{_plain(f.value)}</b> {_plain(f.note)}</li>" for f in page.figures
    )
    unknowns = "".join(f"<li>{_plain(text)}</li>" for text in page.unknowns)
    more = "".join(f"<p>{_plain(text)}</p>" for text in (page.pilot, page.caveat) if text)
    return (
        f"<h2>{_plain(page.word)}</h2><p>{_plain(page.sentence)}</p><ul>{figures}</ul>"
        f"<blockquote>{_plain(page.rule)}</blockquote><ul>{unknowns}</ul>{more}"
    )


def _plain(text: str) -> str:
    return escape(unmarked(text))
