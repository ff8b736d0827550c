"""Pilots: what would settle an open question, for how much, and what each outcome would decide."""
