"""What if: the numbers of a study as knobs, and what the study would say at once if one were turned."""
