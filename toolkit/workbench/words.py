"""The words of the workbench in both languages."""

from __future__ import annotations

from toolkit.terms import Label

WORDS = {
    "band": Label(
        "推演草稿：这里的数字不进入任何正式报告。要留用，请存为情景，再用 gradelab run 运行。",
        "A what-if on scratch paper: no figure here enters a report. To keep one, save a scenario and run it.",
    ),
    "policy": Label("方案", "policy"),
    "reset": Label("恢复正式参数", "back to production"),
    "save": Label("存为情景", "save as scenario"),
    "name": Label("情景名称", "name of scenario"),
    "overwrite": Label("同名时覆盖", "overwrite one of that name"),
    "answered": Label("用时 {ms} 毫秒", "answered in {ms} ms"),
    "nothing_moved": Label("所有数字都与正式参数相同。", "Every number is as in production."),
    "moved": Label("调整了 {count} 项：{knobs}", "{count} turned: {knobs}"),
    "saved": Label(
        "已存为 {path}。核对：gradelab check {path}　运行：gradelab run {study} --with {path}",
        "Saved as {path}. Check it with gradelab check {path}, run it with gradelab run {study} --with {path}",
    ),
    "grade": Label("等级", "grade"),
    "now": Label("现在", "now"),
    "production": Label("正式", "production"),
    "difference": Label("相差", "difference"),
    "customers": Label("客户数", "customers"),
    "grades": Label("各等级客户数，{quarter}", "Customers by grade, {quarter}"),
    "retention": Label(
        "留存（描述，不说明等级的作用）", "Retention (description; says nothing of what a grade does)"
    ),
    "retained": Label("{title} · {grade}", "{title} · {grade}"),
    "definition": Label("定义 · 等级", "definition · grade"),
    "totals": Label("合计", "All together"),
    "item": Label("项目", "item"),
    "not_filled": Label("服务单价未填", "no price given"),
    "cost": Label("服务成本（每年）", "cost to serve per year"),
    "extra": Label("比现行方案多花（每年）", "beyond the policy in force, per year"),
    "heads": Label("人数（整人）", "heads (whole)"),
    "budget": Label("预算（每年可多花）", "budget: extra per year allowed"),
    "held": Label("够", "held"),
    "broken": Label("超出", "exceeded"),
    "cap": Label("{title}：上限 {most}", "{title}: {most} at hand"),
    "enough": Label("够", "enough"),
    "short": Label("差 {lack}", "{lack} short"),
    "from_baseline": Label("待遇与现行方案不同的客户", "treated otherwise than by the policy in force"),
    "from_production": Label("待遇与正式参数下不同的客户", "treated otherwise than in production"),
    "regraded": Label("等级与正式参数下不同的客户", "in another grade than in production"),
    "moves": Label("（升 {up}，降 {down}，其他 {other}）", " ({up} up, {down} down, {other} other)"),
    "seats": Label(
        "热线坐席的上限要排班才知道，这里不算；请存为情景后运行。",
        "Whether the seats of the hotline suffice takes a roster and is not answered here; save a scenario and run it.",
    ),
    "refused": Label("这样调，参数不成立：", "As turned, the parameters are not valid:"),
    "chart": Label(
        "各等级客户数：深色为现在，浅色框为正式参数。",
        "Customers by grade: filled now, outlined in production.",
    ),
    "part.scheme": Label("分级规则", "rule that gives grades"),
    "part.beside": Label("并列归类", "classes beside the grade"),
    "part.tags": Label("标签", "tags"),
    "part.review": Label("复评", "review"),
    "part.people": Label("人员与等级变动", "people and changes of grade"),
    "part.service": Label("服务：{grade}", "service: {grade}"),
    "part.study": Label("预算与上限", "budget and caps"),
}


def word(name: str, lang: str, **filled: object) -> str:
    """The word ``name``, its places filled."""
    return WORDS[name].text(lang).format(**filled)
