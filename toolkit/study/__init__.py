"""One study opened: its history, its policies and its results, computed when asked for."""

from toolkit.study.opening import open_study
from toolkit.study.study import Study

__all__ = ["Study", "open_study"]
