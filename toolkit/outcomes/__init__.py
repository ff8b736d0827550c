"""Outcomes: what followed a grade and what serving it takes. Everything here is description."""
