"""From what a company has on record to the rows of a design."""
