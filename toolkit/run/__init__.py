"""One run: plan, chapters by papermill, facts, reports, and a record that stays true."""
