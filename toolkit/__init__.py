"""gradelab: decide how to grade customers, and let the quarterly report write itself."""

__version__ = "0.1.0"
