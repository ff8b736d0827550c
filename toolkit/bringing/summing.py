"""What an import shows once everything is answered: rows turned away, sums, and the totals that the file carries."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from toolkit.bringing.showing import cut, read_from, veiled
from toolkit.history.canonical import TABLES
from toolkit.history.proposal import Proposal
from toolkit.history.proposal.amounts import factor_of
from toolkit.history.proposal.preview import Looked, TurnedAway
from toolkit.history.proposal.sums import Compared, Sums
from toolkit.history.total_rows import CODE
from toolkit.run.speech import language, words

_MOST_PARTS = 12
_CENT = 0.005


def show_base(console: Console, proposal: Proposal) -> None:
    """In which unit amounts are read, and whether tax is in them."""
    factor, word = proposal.value("unit") or "1", factor_of(proposal.transactions.matches["amount"].text)[1]
    if float(factor) != 1:
        amount, currency = proposal.transactions.matches["amount"].text, proposal.value("currency")
        zh = f"列名“{amount}”写着“{word}”" if word else "按您的答案"
        en = f"the header {amount!r} says {word!r}" if word else "as you said"
        _say(console, words(f"金额单位：{zh}，读入时一律乘以 {factor}，换算成 {currency}。",
                            f"Unit of the amounts: {en}, so all are multiplied by {factor} when read and are in {currency}."))  # fmt: skip
    said = proposal.basis().said.text(language())
    _say(console, f"{said}{words('。', '.')}")


def show_preview(console: Console, proposal: Proposal, looked: tuple[Looked, ...], *, veil: bool) -> None:
    """Rows in, rows turned away with their reasons, what the accepted come to, and the totals of the file beside it."""
    for one in looked:
        _show_rows(console, one, veil)
    first, told = looked[0], totals(looked[0])
    _say(
        console,
        words(
            f"交易流水：{told['customers']:,} 位客户，{told['first_day']} 至 {told['last_day']}。",
            f"Transactions: {told['customers']:,} customers, {told['first_day']} to {told['last_day']}.",
        ),
    )
    if first.sums:
        tag = proposal.basis().tag
        money = words(
            f"{proposal.value('currency')}{f'（{tag.zh}）' if tag.zh else ''}",
            f"{proposal.value('currency')} {tag.en}".strip(),
        )
        _show_sums(console, first.sums, money)
    if first.totals:
        _show_totals(console, first.totals)


def totals(transactions: Looked) -> dict[str, object]:
    """What the transactions come to."""
    rows, sums = transactions.accepted, transactions.sums
    found = (
        rows.aggregate(
            customers=rows.customer_id.nunique(),
            amount=rows.amount.sum(),
            first=rows.paid_at.min(),
            last=rows.paid_at.max(),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    told = {
        "customers": int(found["customers"]),
        "amount": round(float(found["amount"]), 2),
        "first_day": found["first"].date().isoformat(),
        "last_day": found["last"].date().isoformat(),
    }
    if sums is None:
        return told
    return told | {
        "purchases": round(sums.purchases, 2),
        "returns": round(sums.returns, 2),
        "left_out": {"rows": sums.left_out_rows, "amount": round(sums.left_out, 2)},
        "totals": [
            {
                "part": one.part,
                "figure": round(one.figure, 2),
                "read": round(one.read, 2),
                "agrees": one.agrees,
            }
            for one in transactions.totals
        ],
    }


def _show_rows(console: Console, one: Looked, veil: bool) -> None:
    intake = one.intake
    summed = sum(count.rows for count in intake.reasons if count.code == CODE)
    left = intake.rows_quarantined - summed
    zh = f"，其中 {summed:,} 行是合计，不计入" if summed else ""
    en = f", {summed:,} of them totals and not counted" if summed else ""
    _say(
        console,
        words(
            f"{one.page}：读入 {intake.rows_in:,} 行{zh}，接受 {intake.rows_accepted:,} 行，隔离 {left:,} 行。",
            f"{one.page}: {intake.rows_in:,} rows{en}, {intake.rows_accepted:,} accepted, {left:,} quarantined.",
        ),
    )
    for count in intake.reasons:
        if count.rows:
            _say(console, f"  {count.rows:,}  {count.label.text(language())}")
    if one.rows:
        console.print(_turned_away(one, veil))


def _show_sums(console: Console, sums: Sums, money: str) -> None:
    _say(
        console,
        words(
            f"  购买 {sums.purchases:,.2f}（{sums.purchase_rows:,} 行）− 退货 {sums.returns:,.2f}（{sums.return_rows:,} 行）"
            f"＝ 净额 {sums.net:,.2f} {money}。请与账上核对。",
            f"  purchases {sums.purchases:,.2f} ({sums.purchase_rows:,} rows) − returns {sums.returns:,.2f} ({sums.return_rows:,} rows) "
            f"= net {sums.net:,.2f} {money}. Compare this with your books.",
        ),
    )
    if not sums.left_out_rows:
        return
    orders = sums.left_out_orders
    zh = f"，{orders:,} 张单" if orders else ""
    en = f" of {orders:,} orders" if orders else ""
    _say(
        console,
        words(
            f"  没有成交的 {sums.left_out_rows:,} 行{zh}，合计 {sums.left_out:,.2f} {money}，没有计入。",
            f"  {sums.left_out_rows:,} rows{en} are no sale; their {sums.left_out:,.2f} {money} are not counted.",
        ),
    )


def _show_totals(console: Console, found: tuple[Compared, ...]) -> None:
    """One line for each sheet or file, those that differ first where there are many."""
    _say(
        console,
        words(
            "文件里的合计与读到的各行核对（按文件中的单位）：",
            "Totals in the file beside the rows that were read, in the units of the file:",
        ),
    )
    ordered = sorted(found, key=lambda one: one.agrees) if len(found) > _MOST_PARTS else found
    for one in ordered[:_MOST_PARTS]:
        _say(console, f"  {_compared(one)}")
    if len(ordered) > _MOST_PARTS:
        rest = ordered[_MOST_PARTS:]
        agree = sum(one.agrees for one in rest)
        _say(
            console,
            words(
                f"  另有 {len(rest):,} 处，其中 {agree:,} 处一致。",
                f"  {len(rest):,} more, of which {agree:,} agree.",
            ),
        )


def _compared(one: Compared) -> str:
    basis = one.basis.text(language())
    if one.agrees:
        told = words(
            f"{one.part}：合计 {one.figure:,.2f}，与{basis}一致",
            f"{one.part}: total {one.figure:,.2f} agrees with {basis}",
        )
    else:
        by = one.figure - one.read
        told = words(
            f"{one.part}：合计 {one.figure:,.2f}，与{basis} {one.read:,.2f} 相差 {by:+,.2f}；请查是否漏行或重复",
            f"{one.part}: total {one.figure:,.2f} differs by {by:+,.2f} from {basis}, {one.read:,.2f}; look for missing or repeated rows",
        )
    if not one.others:
        return f"{told}{words('。', '.')}"
    if one.differing:
        return told + words(
            f"；另 {one.others} 个小计中 {one.differing} 个不一致。",
            f"; of {one.others} further totals {one.differing} differ.",
        )
    return told + words(f"；另 {one.others} 个小计都一致。", f"; {one.others} further totals agree.")


def _turned_away(one: Looked, veil: bool) -> Table:
    standard, lang = TABLES[one.table], language()
    table = Table(
        title=words("不会读入的行（举例）", "rows that are left out (examples)"), title_justify="left"
    )
    table.add_column(words("原因", "reason"), overflow="fold")
    shown = [
        name
        for name in one.rows[0].cells
        if standard.column(name).required or standard.column(name).kind != "text"
    ]
    for name in shown:
        table.add_column(standard.column(name).label.text(lang), overflow="fold")
    for row in one.rows:
        told = [
            _cell(row, name, veil and standard.column(name).kind in ("id", "text", "attribute"))
            for name in shown
        ]
        table.add_row(escape(row.reason.text(lang)), *map(escape, told))
    return table


def _cell(row: TurnedAway, name: str, hidden: bool) -> str:
    """A cell as the file has it; a number that is read as another, with what it is read as."""
    written, value = row.cells[name], row.read.get(name)
    if hidden:
        return veiled(written)
    if value is None or _same(written, value):
        return cut(written)
    return read_from(cut(written), value)


def _same(written: str, value: float) -> bool:
    """Whether a cell shows the number itself, with or without signs of money."""
    digits = "".join(sign for sign in written if sign.isdigit() or sign in ".-")
    try:
        return abs(float(digits) - value) < _CENT
    except ValueError:
        return False


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
