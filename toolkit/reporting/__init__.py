"""Reporting: words, tables, charts and the two exporters that turn executed chapters into HTML and PDF."""
