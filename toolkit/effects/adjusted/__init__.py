"""Customers of two grades who were alike in everything on record before the review."""
