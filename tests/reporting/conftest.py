"""A notebook with everything a report may meet, built without a kernel."""

from __future__ import annotations

import io

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

FRONT = "application/vnd.gradelab.front+json"
LONG_ROWS = 220

DECISION = {
    "zh": {
        "lang": "zh",
        "decision": {
            "word": "先试点",
            "tone": "pilot",
            "sentence": "建议先在两个大区试行《星级 2026》，暂不全面切换：留存率很可能不降，"
            "但现有数据还不能确定服务成本会不会超出预算。",
        },
        "rule": "只有当留存率变化的 95% 区间下端不低于 −0.5 个百分点、且服务成本变化的区间上端不超过预算时，才建议采用。",
        "figures": [
            {
                "id": "retained",
                "label": "季度留存率变化",
                "value": "+0.8个百分点",
                "note": "95% 区间 −0.2 至 +1.8",
            },
            {
                "id": "cost",
                "label": "服务成本变化",
                "value": "+¥32.4万",
                "note": "每季度，95% 区间 +8.1 至 +56.9",
            },
            {"id": "moved", "label": "等级会变的客户", "value": "1,204位", "note": "占全部客户的 11.3%"},
            {"id": "down", "label": "其中降级", "value": "388位", "note": "多在铜级与普通之间"},
        ],
        "evidence": [
            {"label": "门槛断点附近的客户", "share": 0.34, "class": "identified"},
            {"label": "离门槛较远的客户", "share": 0.27, "class": "extrapolated"},
            {"label": "服务标准的单位成本", "share": 0.21, "class": "assumed"},
            {"label": "竞争对手的反应", "share": 0.18, "class": "not_identified"},
        ],
        "unknowns": [
            "降级通知本身会不会让客户离开：历史上没有单独发过通知。",
            "专属客户经理的工时是否随客户数线性增加。",
            "两个大区之外的客户对新门槛的反应。",
        ],
        "pilot": "在华东、华南随机抽取 2,400 位门槛附近的客户，试行两个季度；若留存率差异小于 1.0 个百分点，有八成把握看得出来。",
        "caveat": "上一季度建议维持原政策，这一季度结论改变，主要因为新增了服务工时数据。",
    },
    "en": {
        "lang": "en",
        "decision": {
            "word": "Pilot first",
            "tone": "pilot",
            "sentence": "Try “Star levels 2026” in two regions before switching everywhere: retention very likely "
            "does not fall, but the data cannot yet say whether the cost to serve stays within budget.",
        },
        "rule": "A change is recommended only when the lower end of the 95% interval of the change in retention is "
        "at least −0.5 pp and the upper end of the change in cost to serve is within the budget.",
        "figures": [
            {
                "id": "retained",
                "label": "Change in quarterly retention",
                "value": "+0.8 pp",
                "note": "95% interval −0.2 to +1.8",
            },
            {
                "id": "cost",
                "label": "Change in cost to serve",
                "value": "+¥324,000",
                "note": "per quarter, 95% interval +81 to +569 thousand",
            },
            {
                "id": "moved",
                "label": "Customers whose grade moves",
                "value": "1,204",
                "note": "11.3% of all customers",
            },
            {
                "id": "down",
                "label": "of whom downgraded",
                "value": "388",
                "note": "mostly between bronze and regular",
            },
        ],
        "evidence": [
            {"label": "Customers near a floor", "share": 0.34, "class": "identified"},
            {"label": "Customers far from a floor", "share": 0.27, "class": "extrapolated"},
            {"label": "Unit cost of the service promise", "share": 0.21, "class": "assumed"},
            {"label": "What competitors would do", "share": 0.18, "class": "not_identified"},
        ],
        "unknowns": [
            "Whether the notice of a downgrade itself drives customers away: none was ever sent alone.",
            "Whether account managers’ hours grow in proportion to customers.",
            "How customers outside the two regions react to the new floors.",
        ],
        "pilot": "Draw 2,400 customers near a floor at random in the east and the south, for two quarters; "
        "a difference in retention of 1.0 pp would be seen with a probability of 80%.",
        "caveat": "Last quarter’s report recommended keeping the policy; the verdict changed because service hours are now recorded.",
    },
}

CHINESE = """# 谁留下来

**先看结论：**门槛附近的客户，等级高一级的留存率
略高，但区间跨过零。客户“甲”**（华东）**与 ABC 公司
的情况见[分等级的留存](#分等级的留存)。

## 分等级的留存

留存的定义见式
$$\\text{留存率} = 1 - \\frac{\\text{流失客户}}{\\text{期初客户}} = \\frac{1}{n}\\sum_{i=1}^{n} R_i(t)$$
其中 $R_i(t)$ 为一，如果客户 $i$ 在 $t$ 日内再次购买[^1]。价格从 $5 到 $10 不算公式。

- 金牌客户：有专属经理
- 银牌客户：有热线
  1. 工作日
  2. 周末

> 描述不是影响：留存率高的等级，本来就由忠诚的客户组成。

[^1]: 再次购买以**支付日**为准。

### 说明

同名小节一。

### 说明

同名小节二。
"""

ENGLISH = """# Who stays

**The finding:** near a floor the better grade keeps slightly more customers, but the interval
crosses zero. For customer “甲” see [retention by grade](#retention-by-grade).

## Retention by grade

The definition is
$$\\operatorname{retained}(t) = \\frac{1}{n}\\sum_{i=1}^{n} R_i(t)$$
with $R_i(t)$ equal to one when customer $i$ buys again within $t$ days[^1]. A price from $5 to $10 is no formula.

- gold customers have an account manager
- silver customers have a hotline
  1. working days
  2. weekends

> A description is not an effect: a grade with high retention is made of loyal customers.

[^1]: Buying again counts from the **day of payment**.

### Remarks

First of two equal headings.

### Remarks

Second of two equal headings.
"""


def svg_chart(lang: str) -> str:
    """A line chart as matplotlib writes it, in the report's font."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    from toolkit.reporting.fonts import use_fonts

    use_fonts()
    figure = Figure(figsize=(7.2, 3.2), layout="constrained")
    axes = figure.subplots()
    days = np.arange(0, 181, 10)
    names = {"zh": ("金", "银", "铜"), "en": ("gold", "silver", "bronze")}[lang]
    for name, rate, colour in zip(names, (900, 420, 210), ("#123b63", "#6fa3c4", "#c9d6e2"), strict=True):
        axes.plot(days, np.exp(-days / rate), label=name, color=colour, linewidth=2)
    axes.set_xlabel({"zh": "距评级日天数", "en": "days since grading"}[lang])
    axes.set_ylabel({"zh": "留存率", "en": "retained"}[lang])
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def shown(data: dict, lang: str | None = None, kind: str = "", **about: str):
    """An output as the toolkit displays it."""
    tag = {"lang": lang} if lang else {}
    metadata = {"gradelab": {"kind": kind, **tag, **about}} if kind else {}
    return new_output("display_data", data=data, metadata=metadata)


def frames() -> dict[str, str]:
    """HTML of the tables a notebook may hold."""
    rng = np.random.default_rng(7)
    index = pd.MultiIndex.from_product([["华东", "华南"], ["金", "银", "铜"]], names=["大区", "等级"])
    nested = pd.DataFrame(
        {
            "客户数": [120, 480, 2310, 98, 377, 1904],
            "留存率": ["91.2%", "84.0%", "71.5%", "90.8%", "83.1%", "70.2%"],
        },
        index=index,
    )
    names = pd.DataFrame(
        {"客户": ["<script>alert(1)</script>", "$x_1$", "张三 & 李四"], "变化": [1.5, -3.0, 4.25]}
    )
    long = pd.DataFrame(
        {"customer": [f"K{i:04d}" for i in range(LONG_ROWS)], "spend": rng.gamma(2, 900, LONG_ROWS).round(2)}
    )
    wide = pd.DataFrame(
        rng.normal(0, 9, (6, 13)).round(1), columns=[f"2023Q{i % 4 + 1}·{i}" for i in range(13)]
    )
    bars = names.style.bar(subset="变化", align="mid", color=["#d65f5f", "#5fba7d"]).format(
        {"变化": "{:+.2f}"}
    )
    heat = pd.DataFrame(
        {"升级": [12, 30, 4], "降级": [2, 8, 40]}, index=["金", "银", "铜"]
    ).style.background_gradient()
    return {
        "nested": nested.to_html(),
        "names": names.to_html(),
        "bars": bars.to_html(),
        "heat": heat.to_html(),
        "long": long.to_html(max_rows=None),
        "wide": wide.to_html(),
    }


def chapter_cells() -> list:
    """The body of one chapter in both languages."""
    html = frames()
    captions = {
        "long": {"zh": "全部客户的消费额", "en": "Spend of every customer"},
        "wide": {"zh": "十三个季度的变化", "en": "Change over thirteen quarters"},
    }
    cells = [
        new_markdown_cell(CHINESE, metadata={"tags": ["lang-zh"]}),
        new_markdown_cell(ENGLISH, metadata={"tags": ["lang-en"]}),
        new_code_cell("quarter = '2026Q3'", metadata={"tags": ["parameters"]}),
        new_code_cell("quarter = '2026Q4'  # 注入", metadata={"tags": ["injected-parameters"]}),
        new_code_cell(
            "secret()", metadata={"tags": ["remove-cell"]}, outputs=[new_output("stream", text="never seen")]
        ),
    ]
    figures = [
        shown(
            {"image/svg+xml": svg_chart(lang), "text/plain": "chart"}, lang, "figure", id="retention",
            caption={"zh": "金牌客户留得最久", "en": "Gold customers stay longest"}[lang],
            alt={"zh": "三条下降的曲线，金牌最高，铜牌最低。", "en": "Three falling curves, gold highest, bronze lowest."}[lang],
            note={"zh": "来源：历史交易。", "en": "Source: transaction history."}[lang],
        )
        for lang in ("zh", "en")
    ]  # fmt: skip
    cells.append(new_code_cell("chapter.figure(charts.retention, result)", outputs=figures))
    for key in ("nested", "names", "bars", "heat", "long", "wide"):
        outputs = [
            shown({"text/html": html[key], "text/plain": key}, lang, "table", id=key, caption=captions[key][lang])
            for lang in ("zh", "en")
        ] if key in captions else [shown({"text/html": html[key], "text/plain": key})]  # fmt: skip
        cells.append(new_code_cell(f"show({key})", outputs=outputs))
    cells.append(
        new_code_cell(
            "print(1)",
            outputs=[new_output("stream", text="共 3 行\n"), new_output("stream", text="3 rows\n")],
        )
    )
    return cells


def sample_notebook():
    """One chapter with a front page."""
    front = [
        shown({FRONT: DECISION[lang], "text/html": "<p>fallback</p>", "text/plain": ""}, lang, "front")
        for lang in ("zh", "en")
    ]
    cells = [
        *chapter_cells(),
        new_code_cell("chapter.front()", metadata={"tags": ["report-summary"]}, outputs=front),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["gradelab"] = {
        "title": {"zh": "客户分级季度报告", "en": "Quarterly report on customer grades"},
        "subtitle": {
            "zh": "星级 2026 与现行政策的比较",
            "en": "Star levels 2026 against the policy in force",
        },
        "company": {"zh": "青禾百货（模拟）", "en": "Qinghe Stores (simulated)"},
        "quarter": "2026Q3",
        "date": "2026-11-22",
        "run_id": "20261122T010203Z-1a2b3c",
        "simulated": True,
        "chapter": "03_who_stays",
    }
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number:03d}"
    return notebook


@pytest.fixture(scope="session")
def sample_source() -> str:
    """The sample as notebook JSON."""
    return nbformat.writes(sample_notebook())


@pytest.fixture
def sample(sample_source):
    """A fresh copy of the sample."""
    return nbformat.reads(sample_source, as_version=4)


@pytest.fixture(scope="session")
def pages(sample_source) -> dict[str, str]:
    """The sample as HTML, by language."""
    from toolkit.reporting.exporters import GradelabHTMLExporter

    notebook = nbformat.reads(sample_source, as_version=4)
    return {
        lang: GradelabHTMLExporter(lang=lang, strict=True).from_notebook_node(notebook)[0]
        for lang in ("zh", "en")
    }


@pytest.fixture(scope="session")
def sheets(sample_source) -> dict[str, bytes]:
    """The sample as PDF, by language."""
    from toolkit.reporting.exporters import GradelabPDFExporter

    notebook = nbformat.reads(sample_source, as_version=4)
    return {
        lang: GradelabPDFExporter(lang=lang, strict=True).from_notebook_node(notebook)[0]
        for lang in ("zh", "en")
    }
