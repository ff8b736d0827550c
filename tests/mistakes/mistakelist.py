"""The mistakes, each a small change of real files, and what its answer must hold.

The words are those that somebody who made the mistake needs: what was typed, what would be right. They are written
down here by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from mistakelab import (
    ABC,
    CHAPTER,
    CUSTOMERS,
    FLOORS,
    GRADES,
    ORDERS,
    OWN,
    RULE,
    SCORE,
    STUDY,
    VIP,
    Lab,
    Mistake,
)

Make = Callable[[Lab], object]

DOOR = ("grade", FLOORS, "--study", OWN, "--out", GRADES)
REHEARSED = ("run", OWN, "--dry-run")
ALTERNATIVE = "    - ../policies/demo/vip_80k.yaml\n"
OWN_ID = "id: own\n"


def swapped(file: str, right: str, wrong: str) -> Make:
    """``wrong`` where ``right`` stands."""
    return lambda lab: lab.swap(file, right, wrong)


def nothing(lab: Lab) -> None:
    """Only the command is wrong."""


def typed(
    id: str, zh: str, en: str, file: str, right: str, wrong: str, words: str, **more: object
) -> Mistake:
    """``wrong`` typed for ``right`` in a parameter file that is then checked.

    ``words``: what both languages must say, then what Chinese, then what English must, parted by ``|``.
    """
    both, zh_words, en_words = (part.split("+") if part else [] for part in words.split("|"))
    line = wrong.splitlines()[-1] if "\n" in wrong else wrong
    made = Mistake(
        id,
        zh,
        en,
        swapped(file, right, wrong),
        ("check", file),
        file,
        line,
        (*both, *zh_words),
        (*both, *en_words),
    )
    return replace(made, **more)


def said(
    id: str,
    zh: str,
    en: str,
    make: Make,
    command: tuple[str, ...],
    where: tuple[str, str],
    words: str,
    **more: object,
) -> Mistake:
    """Any other mistake; ``where`` is file and text of the line."""
    both, zh_words, en_words = (part.split("+") if part else [] for part in words.split("|"))
    return replace(Mistake(id, zh, en, make, command, *where, (*both, *zh_words), (*both, *en_words)), **more)


def in_workbook(sheet: str) -> Make:
    """The orders taken from a sheet of the workbook."""
    return swapped(OWN, "path: orders.csv\n", f"path: orders.xlsx\n    sheet: {sheet}\n")


def days_first(lab: Lab) -> None:
    """Dates written as text, the day first."""
    lab.write(ORDERS, re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3.\2.\1", lab.text(ORDERS)))


MISTAKES: tuple[Mistake, ...] = (
    # keys
    typed("typo", "键拼错", "a key misspelt", VIP, "hold_quarters:", "hold_quater:", "hold_quater|没有这一项+hold_quarters|no such key+hold_quarters"),
    typed("typo_in_study", "研究文件的键拼错", "a key of the study misspelt", STUDY, "languages: [zh", "langauges: [zh", "langauges+languages|没有这一项|no such key"),
    typed("twice", "同一个键写了两次", "a key written twice", VIP, "review:", "status: proposed\nreview:", "status|写了两次+第 4 行+删去|written twice+line 4+delete", line="status: proposed"),
    typed("brace_comma", "花括号里的句子含逗号而没有引号", "a sentence with a comma in braces without quotes", VIP, 'en: "own manager, priority hotline, two visits a year"', "en: own manager, priority hotline", "priority hotline|引号|quotes"),
    typed("no_baseline", "研究没有现行方案", "a study without a baseline", STUDY, "  baseline: ../policies/demo/vip_2022.yaml\n", "", "policies.baseline|缺少+现行方案|missing+policy file in force", line="policies:"),
    # numbers and units
    typed("percent_sign", "比例写成 1%", "a share written 1%", VIP, "discount_share: 0.01", "discount_share: 1%", "0.01+1%|数字|number"),
    typed("percent", "概率写成 90，不是 0.9", "a probability of 90, not 0.9", RULE, "adopt_probability: 0.9", "adopt_probability: 90", "90%+0.9|小数|share"),
    typed("share_above_one", "累计占比写成 1.2", "a cumulative share of 1.2", ABC, "C: 1.0", "C: 1.2", "upto.C+1.2|不大于 1|at most 1"),
    typed("wan", "门槛写成 10万", "a floor written 10万", VIP, "VIP: 100_000", "VIP: 10万", "10万+100_000|数字|number"),
    typed("thousands", "金额带千分位 58,000", "an amount with a comma, 58,000", VIP, "quarter: 58_000", "quarter: 58,000", "58,000+58_000|数字|number"),
    typed("currency", "金额带单位 58000元", "an amount with its unit, 58000元", VIP, "quarter: 58_000", "quarter: 58000元", "58000元+58_000|数字|number"),
    typed("negative", "成本写成负数", "a negative cost", VIP, "value: 100, low: 80", "value: -100, low: 80", "-100|不小于 0|at least 0"),
    typed("exponent", "整数写成 1e3", "a whole number written 1e3", STUDY, "draws: 1000", "draws: 1e3", "1e3+1_000|整数|whole number"),
    typed("half", "整数写成 0.5", "0.5 for a whole number", VIP, "hold_quarters: 0", "hold_quarters: 0.5", "0.5|整数|whole number"),
    typed("leading_zero", "编号写成 010", "an identifier 010", VIP, "id: vip_2022", "id: 010", "010|引号|quotes"),
    typed("number_for_text", "该写文字的写了数字", "a number where text is expected", VIP, "source: 模拟公司的分级办法，每年第三季度末评定一次", "source: 2022", "2022|文字+引号|text+quotes"),
    # rules across keys
    typed("floors_reversed", "门槛颠倒", "floors reversed", SCORE, "{金: 78, 银: 50, 铜: rest}", "{金: 50, 银: 78, 铜: rest}", "金 50+银 78|逐级降低|must fall"),
    typed("worst_first", "等级从最差的写起", "grades written worst first", VIP, "{VIP: 100_000, 普通: rest}", "{普通: rest, VIP: 100_000}", "rest+普通|最好的写起|best first"),
    typed("weights", "权重合计 99%", "weights that sum to 99 %", SCORE, "weight: 0.40", "weight: 0.39", "0.99+0.01|应为 1|must sum to 1", line="factors:"),
    typed("service_names", "服务标准的等级名与方案不同", "grades of the service plan named otherwise", VIP, "\n  普通:\n", "\n  普通客户:\n", "普通客户|缺少 普通|missing 普通", line="普通客户:"),
    typed("rule", "决策规则自相矛盾", "a decision rule that contradicts itself", RULE, "pilot_probability: 0.5", "pilot_probability: 0.95", "0.95+adopt_probability|应满足|must satisfy"),
    # names
    typed("unknown_measure", "没有的指标", "an unknown measure", VIP, "measure: spend ", "measure: spnd ", "spnd+spend|指标|measure"),
    typed("measure_in_chinese", "指标写成中文名", "a measure by its Chinese name", VIP, "measure: spend ", "measure: 消费额 ", "消费额+spend|请写|write"),
    typed("unknown_kind", "没有的方案种类", "an unknown kind of scheme", VIP, "kind: thresholds", "kind: treshold", "treshold+thresholds|没有这一种|no such kind"),
    # the form of YAML
    typed("tab", "用制表符缩进", "indented by a tab", VIP, "  kind: thresholds", "\tkind: thresholds", "|制表符+空格|tab+spaces"),
    typed("indent", "缩进少一格", "indented by one space too few", VIP, "  measure: spend ", " measure: spend ", "|缩进+对齐|indentation+align"),
    typed("colon", "全角冒号", "a full-width colon", VIP, "status: current", "status：current", "：|全角+半角|full-width+plain"),
    typed("colon_in_braces", "花括号里的全角冒号", "a full-width colon in braces", VIP, "VIP: 100_000", "VIP：100_000", "：|全角+半角|full-width+plain"),
    typed("comma", "全角逗号", "a full-width comma", VIP, "100_000, 普通", "100_000，普通", "，|全角+半角|full-width+plain"),
    typed("digits", "全角数字", "full-width digits", VIP, "hold_quarters: 0", "hold_quarters: ０", "０|请写 0|write 0"),
    typed("quotes", "中文引号", "Chinese quotation marks", VIP, "status: current", "status: “current”", "“current”|引号+请写 current|quotation marks+write current"),
    typed("no_space", "冒号后没有空格", "no space after the colon", VIP, "status: current", "status:current", "|缺一个空格|space is missing"),
    typed("open_brace", "花括号没有关上", "a brace that is not closed", VIP, "普通: rest}", "普通: rest", "|没有关上|not closed"),
    typed("list_for_block", "该写一组键的写成列表", "a list where keys are expected", STUDY, "policies:\n  baseline: ../policies/demo/vip_2022.yaml\n  alternatives:\n    - ", "policies:\n    - ", "baseline: …+alternatives: …|键: 值|key: value", line="policies:"),
    typed("text_for_list", "该写列表的写了一个值", "one value where a list is expected", STUDY, "languages: [zh, en]", "languages: zh", "[zh]|列表|list"),
    typed("one_language", "标题只写一种语言", "a title in one language only", VIP, "title: {zh: 现行 VIP 办法, en: VIP rules in force}", "title: 现行 VIP 办法", "{zh: …, en: …}|键: 值|key: value"),
    # dates, times and quarters
    typed("date", "日期写成 2022/10/1", "a date written 2022/10/1", VIP, "effective: 2022-10-01", "effective: 2022/10/1", "2022/10/1+2022-10-01|日期|date"),
    typed("date_as_text", "日期写成 2022年10月1日", "a date written 2022年10月1日", VIP, "effective: 2022-10-01", "effective: 2022年10月1日", "2022-10-01|日期|date"),
    typed("no_such_day", "日历上没有的日期", "a day that no calendar has", VIP, "effective: 2022-10-01", "effective: 2022-02-30", "2022-02-30|日历|calendar"),
    typed("clock", "时刻写成 8:00", "a time written 8:00", STUDY, 'opens: "08:00"', "opens: 8:00", '8:00+"08:00"|时刻|time of day'),
    typed("quarter", "季度写成 2026-Q3", "a quarter written 2026-Q3", STUDY, "quarter: last", "quarter: 2026-Q3", "2026-Q3+2026Q3|季度|quarter"),
    said("quarter_beyond", "季度超出数据", "a quarter beyond the data", nothing, (*DOOR, "--quarter", "2029Q1"), ("", ""), "2029Q1+2024Q2+2026Q2|不在数据之内|not in the data", code=2),
    said("horizon", "留存定义比历史还长", "a definition of retention longer than the history", swapped(OWN, OWN_ID, f"{OWN_ID}retention:\n  - {{id: half_year, quarters: 12}}\n"), ("run", OWN), (OWN, "quarters: 12"), "12+9+8|完整季度+缩短|complete quarters+shorten"),
    # files
    typed("missing_file", "方案文件不存在", "a policy file that does not exist", STUDY, "vip_80k.yaml", "vip_80.yaml", "vip_80.yaml+vip_80k.yaml|找不到|there is no"),
    typed("named_twice", "同一方案写了两次", "a policy named twice", STUDY, ALTERNATIVE, ALTERNATIVE * 2, "|第 16 行+删去一处|line 16+delete one", line_number=17),
    typed("baseline_again", "现行方案又写成备选", "the baseline named as an alternative too", STUDY, ALTERNATIVE, f"{ALTERNATIVE}    - ../policies/demo/vip_2022.yaml\n", "vip_2022.yaml|第 14 行+删去一处|line 14+delete one", line="    - ../policies/demo/vip_2022.yaml"),
    said("policy_as_study", "把方案文件当研究文件运行", "a policy run as if it were a study", nothing, ("run", VIP, "--dry-run"), (VIP, "scheme:"), "|方案文件+研究文件|policy+study"),
    said("study_misnamed", "研究文件名打错", "a study misnamed", nothing, ("run", "params/studies/dmo.yaml", "--dry-run"), ("", ""), "dmo.yaml+demo.yaml|找不到|no parameter file"),
    said("gbk", "参数文件是 GBK 编码", "a parameter file in GBK", lambda lab: lab.write(VIP, lab.text(VIP), "gbk"), ("check", VIP), (VIP, "title:"), "GBK+UTF-8|另存|save it"),
    said("empty", "空文件", "an empty file", lambda lab: lab.write(VIP, ""), ("check", VIP), ("", ""), "vip_2022.yaml|空的|empty"),
    # the company's data
    said("needed_table", "指标要用公司没有的表", "a policy on a table that the company does not have", swapped(FLOORS, "measure: spend ", "measure: complaints "), ("check", OWN), (FLOORS, "measure: complaints"), "complaints+contacts+history.tables.contacts|投诉次数|study does not have"),
    said("sheet", "工作表名写错", "a sheet misnamed", in_workbook("定单"), REHEARSED, (OWN, "transactions:"), "定单+订单+sheet|没有名为|has no sheet", code=7),
    said("first_sheet", "读到了说明页", "the sheet of explanations read instead of the orders", in_workbook("说明"), REHEARSED, (OWN, "transactions:"), "客户编号+付款日期|缺少 4 列|lacks 4 column", code=7),
    said("column", "列名写错", "a column misnamed", swapped(OWN, "amount: 金额", "amount: 金额元"), REHEARSED, (OWN, "transactions:"), "金额元 → 金额|缺少 1 列|lacks 1 column", code=7),
    said("data_file", "数据文件名打错", "a data file misnamed", swapped(OWN, "path: orders.csv", "path: order.csv"), REHEARSED, (OWN, "transactions:"), "order.csv+orders.csv|找不到文件|is missing", code=7),
    said("data_gbk", "数据文件是 GBK 编码", "a data file in GBK", lambda lab: lab.write(ORDERS, lab.text(ORDERS), "gbk"), REHEARSED, (OWN, "transactions:"), "encoding: gbk|不是 utf-8|not text in utf-8", code=7),
    said("days_first", "日期是“日.月.年”的文字", "dates as text, the day first", days_first, DOOR, ("", ""), "330+date_format|无法读懂|cannot be read", code=7),
    said("same_id", "客户编号重复且内容不同", "a customer twice in the list of customers, with different rows", swapped(CUSTOMERS, "c03,", "c02,"), DOOR, ("", ""), "customers|2 行被隔离|2 row(s)", code=0, leaves=(GRADES,)),
    # notebooks
    said("definition", "笔记本里定义函数", "a function defined in a notebook", lambda lab: lab.cell(CHAPTER, 2, source="def half(x):\n    return x / 2"), ("check", CHAPTER), (CHAPTER, ""), "def half(x):|第 5 个单元+移到|cell 5+move this"),
    said("outputs", "笔记本带着输出保存", "a notebook saved with its outputs", lambda lab: lab.cell(CHAPTER, 2, execution_count=3), ("check", CHAPTER), (CHAPTER, ""), "|第 5 个单元+清除输出|cell 5+clear the outputs"),
    said("parameters_cell", "改了笔记本的参数单元", "the parameters cell of a notebook edited", lambda lab: lab.cell(CHAPTER, 0, source='study: str = "own.yaml"  # mine'), ("check", CHAPTER), (CHAPTER, ""), "params/studies/demo.yaml|参数单元第 1 行|line 1 of the parameters cell"),
    said("broken_notebook", "笔记本文件损坏", "a damaged notebook", lambda lab: lab.write(CHAPTER, lab.text(CHAPTER)[:-40]), ("check", CHAPTER), (CHAPTER, ""), "|损坏+恢复|damaged+restore"),
)  # fmt: skip
