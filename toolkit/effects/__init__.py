"""What a grade caused, by a design that can show it, or the reason why it cannot be known."""
