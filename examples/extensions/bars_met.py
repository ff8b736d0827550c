"""达标条数法：达到几条门槛得几星。 Bars met: the grade is how many bars a customer reaches."""

from typing import Literal

from toolkit.extending import Label, MeasureNeed, OwnParams, OwnRule, Several, Text, assemble, described, scheme


class BarsMetParams(OwnParams):
    """As many steps up as bars are reached, whichever they are."""

    kind: Literal["bars_met"] = described("达标条数法", "how many bars are reached")
    bars: dict[str, float] = described("指标: 门槛（含本数）", "measure: bar, inclusive", min_length=1)
    grades: Several[Text] = described("等级，从最好的写起；比门槛多一级", "grades, best first, one more than bars")

    def own_needs(self):
        return tuple(MeasureNeed(name) for name in self.bars)

    def words(self, names):
        zh, en = zip(*((f"{names[m].zh} {bar:,g}", f"{names[m].en} {bar:,g}") for m, bar in self.bars.items()))
        return Label(f"看达到几条：{'、'.join(zh)}", f"how many are reached: {', '.join(en)}")


@scheme(BarsMetParams)
class BarsMet(OwnRule):
    def grade(self, known):
        met = sum((known[name] >= bar).to_numpy(int) for name, bar in self.params.bars.items())
        reasons = {f"met:{n}": Label(f"达到 {n} 条门槛", f"{n} bar(s) reached") for n in range(len(self.scale))}
        return assemble(self.scale, met, met, reasons, known)
