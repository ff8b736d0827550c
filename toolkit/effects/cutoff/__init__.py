"""Customers just below a bar against those just above it."""
