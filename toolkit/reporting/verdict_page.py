"""What stands on the first page: chosen from the facts, worded from the table of sentences."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import Any

from toolkit.comparison.evidence import EVIDENCE
from toolkit.effects.effect import Effect
from toolkit.recommendation.verdict import NOT_RANKED, Because, Judgement, Verdict
from toolkit.reporting.facts import Facts
from toolkit.reporting.findings.proposals import proposals_told
from toolkit.reporting.findings.standing import widest
from toolkit.reporting.first_page import Evidence, Front, KeyFigure
from toolkit.reporting.tracing import figure_mark, unmarked, words_mark
from toolkit.reporting.words import label, sentence, traced, word
from toolkit.study import Study
from toolkit.terms import NOT_AVAILABLE, Lang, number

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
        rule="" if study.files.rule.starter else study.files.rule.quote.text(lang),
        figures=_figures(study, facts, lead, lang),
        evidence=_evidence(facts, lead, lang),
        unknowns=_unknowns(study, facts, lang),
        pilot=_pilot(study, facts, effect, lang),
        caveat=sentence("history.simulated", facts, lang).replace("**", "") if study.simulated else "",
        alarm=_alarm(study, facts, lang),
    )


def _alarm(study: Study, facts: Facts, lang: Lang) -> str:
    """What must be known before the page is read: that it decides nothing yet, or turns what was said before."""
    if study.recommendation.verdict is Verdict.UNREADY:
        lead = study.recommendation.leading()
        return traced(f"front.{lead.because}", facts, lang, names={"baseline": study.baseline.title})
    return traced("front.turned", facts, lang) if "turned.before" in facts else ""


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
        said_of = {judgement.verdict for judgement in result.judgements}
        if said_of == {Verdict.EXCLUDED}:
            key = "decision.excluded"
        else:
            key = "decision.none_ranked" if lead.verdict in NOT_RANKED else "decision.keep_ranked"
    said = [traced(key, facts, lang, lead.change.policy, names)]
    if result.verdict is Verdict.UNREADY:
        return said[0]
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
    """Value, retention, cost; who moves, the effect, the break-even: what there is of them."""
    name, headline = lead.change.policy, study.headline
    title = word("front.of_policy", lang).format(policy=lead.change.title.text(lang))
    outcome = headline.title.text(lang)
    cards = [
        _value(study, facts, lang, lead, title),
        _retention(facts, lang, name, headline.id, _remark(lang, title, outcome)),
        _cost(study, facts, lang, name, title),
        _moves(facts, lang, name, title),
        _card(facts, lang, "front.effect", f"effect.{headline.id}", outcome, outcome),
    ]
    last = [("front.break_even", f"change.{name}.break_even"), ("front.surely", f"change.{name}.adjusted")]
    cards += [_card(facts, lang, key, id, title) for key, id in last if id in facts][:1]
    return tuple(cards)


def _card(facts: Facts, lang: Lang, key: str, id: str, note: str, without: str = "") -> KeyFigure:
    """A fact with its interval; where there is none, that it is not identified, and the remark ``without``."""
    if id not in facts:
        return KeyFigure(id, word(key, lang), word("front.not_identified", lang), without)
    return KeyFigure(
        id, word(key, lang), facts.marked(id, lang), _remark(lang, note, _interval(facts, id, lang))
    )


def _value(study: Study, facts: Facts, lang: Lang, lead: Judgement, title: str) -> KeyFigure:
    """Net value; while something is not put in, that it is not computed and for want of what."""
    id = f"change.{lead.change.policy}.net"
    if lead.verdict is Verdict.UNREADY:
        told = word("front.no_baseline" if study.baseline in study.priced else "front.no_price", lang)
        return KeyFigure(id, word("front.value", lang), word("front.not_computed", lang), told)
    return _card(facts, lang, "front.value", id, title, word("front.no_value", lang))


def _retention(facts: Facts, lang: Lang, policy: str, definition: str, note: str) -> KeyFigure:
    now, then = f"retention.all.{definition}", f"change.{policy}.retention"
    before = facts.marked(now, lang) if now in facts else NOT_AVAILABLE[lang]
    key = word("front.retention", lang)
    if then not in facts:
        return KeyFigure(now, key, _arrow(before, word("front.not_identified", lang)), note)
    return KeyFigure(
        then, key, _arrow(before, facts.marked(then, lang)), _remark(lang, note, _interval(facts, then, lang))
    )


def _cost(study: Study, facts: Facts, lang: Lang, policy: str, title: str) -> KeyFigure:
    id, key = f"change.{policy}.cost", word("front.cost", lang)
    years = [f"cost.year.{one}" for one in (study.baseline.id, policy)]
    now, then = (
        facts.marked(year, lang) if year in facts else word("front.not_filled", lang) for year in years
    )
    if not any(year in facts for year in years):
        return KeyFigure(id, key, now, word("unknown.not_priced", lang))
    if not all(year in facts for year in years):
        return KeyFigure(id, key, _arrow(now, then), title)
    changed = facts.marked(f"change.{policy}.cost", lang, interval=True)
    note = _remark(lang, title, word("front.cost_changes", lang).format(change=changed))
    return KeyFigure(id, key, _arrow(now, then), note)


def _moves(facts: Facts, lang: Lang, policy: str, title: str) -> KeyFigure:
    ways = (f"change.{policy}.raised", f"change.{policy}.lowered")
    raised, lowered = (figure_mark(way, number(facts[way].value)) for way in ways)
    return KeyFigure(ways[0], word("front.moves", lang), f"↑ {raised}　↓ {lowered}", title)


def _interval(facts: Facts, id: str, lang: Lang) -> str:
    """The interval of a fact with its mark; empty where there is none."""
    said = facts[id].interval(lang, facts.currency)
    return words_mark(id, said) if said else ""


def _arrow(now: str, proposed: str) -> str:
    return f"{now} → {proposed}"


def _remark(lang: Lang, *parts: str) -> str:
    return ("；" if lang == "zh" else "; ").join(part for part in parts if part)


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
    if not study.priced:
        said.append(word("unknown.not_priced", lang))
    elif ledger is not None and ledger.warned:
        said.append(traced("unknown.costs_apart", facts, lang, names={"policy": study.baseline.title}))
    else:
        said.append(word("unknown.costs", lang))
    said.append(word("unknown.reactions" if study.weighing.behaviour else "unknown.behaviour", lang))
    return tuple(said[:MOST_UNKNOWNS])


def _pilot(study: Study, facts: Facts, effect: Effect, lang: Lang) -> str:
    verdict = study.recommendation.verdict
    told = next((one for one in proposals_told(study) if one[0] == "pilots.told"), None)
    if told is not None:
        key, policy, names = told
        return traced(key, facts, lang, policy, names)
    return facts.marked("pilot.text", lang) if effect.pilot and verdict is Verdict.PILOT else ""


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
        "alarm": page.alarm,
    }


def plain_html(page: Front) -> str:
    """A plain reading for JupyterLab."""
    figures = "".join(
        f"<li>{_plain(f.label)}: <b>{_plain(f.value)}</b> {_plain(f.note)}</li>" for f in page.figures
    )
    unknowns = "".join(f"<li>{_plain(text)}</li>" for text in page.unknowns)
    alarm = f"<p><b>{_plain(page.alarm)}</b></p>" if page.alarm else ""
    more = "".join(f"<p>{_plain(text)}</p>" for text in (page.pilot, page.caveat) if text)
    return (
        f"{alarm}<h2>{_plain(page.word)}</h2><p>{_plain(page.sentence)}</p><ul>{figures}</ul>"
        f"<blockquote>{_plain(page.rule)}</blockquote><ul>{unknowns}</ul>{more}"
    )


def _plain(text: str) -> str:
    return escape(unmarked(text))
