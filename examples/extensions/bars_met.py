"""达标条数法：达到几条门槛得几星。 Bars met: as many stars as bars are reached, whichever they are."""

from typing import Literal

from toolkit import extending as own


class BarsMetParams(own.OwnParams):
    kind: Literal["bars_met"] = own.described("达标条数法", "as many stars as bars are reached")
    bars: dict[str, float] = own.described("指标: 门槛（含本数）", "measure: bar, inclusive", min_length=1)

    @property
    def grades(self):
        return tuple(f"{n} 星" for n in range(len(self.bars), -1, -1))

    def own_needs(self):
        return tuple(own.MeasureNeed(name) for name in self.bars)

    def words(self, names):
        return own.Label("达到几条门槛得几星", "as many stars as bars are reached")


@own.scheme(BarsMetParams)
class BarsMet(own.OwnRule):
    def grade(self, known):
        met = sum((known[name] >= bar).to_numpy(int) for name, bar in self.params.bars.items())
        words = {f"met:{n}": own.Label(f"达到 {n} 条", f"{n} bar(s) reached") for n in range(len(self.scale))}
        return own.assemble(self.scale, met, met, words, known)
