"""gradelab: decide how to grade customers, and let the quarterly report write itself.

Every public name is here and is loaded when it is first used; ``toolkit.SURFACE`` lists them by room. Names that read well
only behind the name of their room, such as charts, stand on a shelf: ``toolkit.charts.lorenz``.

Examples
--------
>>> import toolkit
>>> study = toolkit.example_study()
>>> found = toolkit.concentration(study.panel.spend_in(study.quarter))
>>> f"the largest tenth of the customers brings {found.top_10:.0%} of the spend"
'the largest tenth of the customers brings 57% of the spend'
"""

from toolkit import surface

__version__ = "0.1.0"
SURFACE = surface.SURFACE
__all__ = sorted(surface.HOMES)


def __getattr__(name: str) -> object:
    found = globals()[name] = surface.load(name)
    return found


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
