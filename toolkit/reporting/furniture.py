"""The fixed words of a report: everything that no chapter says."""

from __future__ import annotations

from toolkit.terms import Label, Lang

WORDS: dict[str, Label] = {
    "contents": Label("目录", "Contents"),
    "skip": Label("跳到正文", "Skip to the text"),
    "simulated": Label("模拟数据", "Simulated data"),
    "simulated_long": Label(
        "模拟数据：本报告全部数字出自模拟的公司，不是任何真实公司的经营结果。",
        "Simulated data: every figure in this report comes from a simulated company, not from a real one.",
    ),
    "decision": Label("建议", "Recommendation"),
    "figures": Label("关键数字", "Key figures"),
    "evidence": Label("依据从何而来", "What this rests on"),
    "unknowns": Label("我们还不知道什么", "What we do not know"),
    "pilot": Label("用什么试点弄清楚", "The pilot that would settle it"),
    "rule": Label("事先约定的规则", "The rule agreed beforehand"),
    "identified": Label("可识别", "identified"),
    "extrapolated": Label("外推", "extrapolated"),
    "assumed": Label("假定", "assumed"),
    "not_identified": Label("无证据", "not identified"),
    "figure": Label("图", "Figure"),
    "table": Label("表", "Table"),
    "code": Label("代码", "Code"),
    "show_code": Label("显示代码", "Show code"),
    "hide_code": Label("隐藏代码", "Hide code"),
    "folded": Label("展开输出", "Show output"),
    "notes": Label("注释", "Notes"),
    "back": Label("回到正文", "Back to the text"),
    "note": Label("注", "Note"),
    "no_alt": Label("图，没有附文字说明", "Picture without a description"),
    "formula": Label("公式", "Formula"),
    "done": Label("已完成", "done"),
    "open": Label("未完成", "open"),
    "run": Label("运行编号", "Run"),
    "page": Label("第 {page} 页 / 共 {pages} 页", "Page {page} of {pages}"),
    "untitled": Label("报告", "Report"),
    "page_one": Label("首页", "page one"),
    "quoted": Label("文中引用的数字", "Figures quoted in the text"),
    "quoted_caption": Label(
        "文中引用而未列入以上各表的数字", "Figures quoted in the text that no table above shows"
    ),
    "quoted_note": Label(
        "编号与运行文件夹中的 facts.json 一致；按首次引用的章节排列。",
        "Ids are those of facts.json in the run folder; each figure stands under the chapter that quotes it first.",
    ),
    "quoted_name": Label("名称", "name"),
    "quoted_figure": Label("数字", "figure"),
    "quoted_id": Label("编号", "id"),
    "scrolls": Label("可以左右滚动的表", "Table that scrolls sideways"),
    "set_in": Label(
        "字体 Noto Sans SC，依 SIL OFL 1.1 许可嵌入。", "Set in Noto Sans SC, embedded under the SIL OFL 1.1."
    ),
}


def furniture(lang: Lang) -> dict[str, str]:
    """All fixed words in ``lang``.

    >>> furniture("en")["contents"]
    'Contents'
    """
    return {key: label.text(lang) for key, label in WORDS.items()}


def numbered(kind: str, number: int, caption: str, lang: Lang) -> str:
    """A caption with its number; the caption alone where the number is 0.

    >>> numbered("figure", 3, "Retention by grade", "en"), numbered("table", 1, "等级", "zh")
    ('Figure 3. Retention by grade', '表 1　等级')
    """
    if not number:
        return caption
    label = WORDS[kind].text(lang)
    return f"{label} {number}　{caption}" if lang == "zh" else f"{label} {number}. {caption}"
