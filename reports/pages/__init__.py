"""Pages of the reports: the archive, the proposals, the council's own page."""
