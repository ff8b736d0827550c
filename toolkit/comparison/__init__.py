"""The policies side by side on the same customers: what would change, how sure, on which evidence."""
