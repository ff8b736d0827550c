"""Forecasts: what a model expects of customers. Never an outcome, never what a grade caused."""
