"""Track record: what earlier reports claimed, what happened, and how well calibrated the claims were."""
