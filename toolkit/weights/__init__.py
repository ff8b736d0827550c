"""Weights of the factors of a score: where they come from, and how much hangs on them."""
