"""``gradelab import``: a company's files become the history of a study, with what was proposed, asked and assumed on record."""
