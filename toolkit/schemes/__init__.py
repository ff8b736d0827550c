"""Schemes: the rules that turn a customer's measures into a grade; one module per kind of rule."""
