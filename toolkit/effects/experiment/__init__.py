"""What was caused, where chance decided: experiments, tie-breaker pilots, logged lots."""
