"""Worlds whose true effects are known and documented."""
