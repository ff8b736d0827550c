"""What changed after a start, against those who had not started."""
