"""A decision rule to start from: an example until the company has agreed on its own."""

from __future__ import annotations

from datetime import date

from toolkit.run.speech import words


def rule_text(study: str, today: date) -> str:
    """The decision rule of the study ``study``, marked as an example in the language of the session."""
    about = words(
        "示例规则。请在看到数字之前约定贵公司自己的规则：概率、证据占比、计算期，以及报告首页引用的原文。",
        "An example. Agree on your own rule before anybody has seen a figure: probabilities, share of evidence, horizon, and "
        "the text that page one quotes.",
    )
    starter = words(
        "约定之后删去此行；在此之前报告不作判定",
        "delete this line once it is agreed; nothing is decided before",
    )
    source = words("gradelab import 写出的示例", "example written by gradelab import")
    return f"""# yaml-language-server: $schema=../schema/decision_rule.schema.json
# {about}
id: {study}_rule
title: {{zh: 分级政策采用规则（示例）, en: Rule for adopting a grading policy (example)}}
starter: true                        # {starter}
adopt_probability: 0.9
adopt_identified_share: 0.8
pilot_probability: 0.5
reject_probability: 0.1
plausible_change: {{change: 0.1, apart: 0.04, author: gradelab import, on: {today}, source: {source}}}
horizon_quarters: 4
discount_per_year: 0.1
decided: {today}
source: {source}
quote:
  zh: >-
    净值为正的概率不低于九成，且变动客户毛利的八成以上有识别证据，方可采用；概率不高于一成，否决；概率在五成与九成之间，
    或证据不足而仍有可能盈亏平衡，先做试点；其余情形维持现行。
  en: >-
    Adopt where the net value is positive with a probability of at least nine in ten and at least four fifths of the
    switchers' margin rest on identified evidence. Reject where that probability is at most one in ten. Run a pilot first
    where it lies between five and nine in ten, or where the evidence does not suffice and breaking even is possible.
    Otherwise keep the policy in force.
"""
