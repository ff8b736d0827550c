"""The verdict on each alternative by the rule that was agreed beforehand, and the recommendation."""
