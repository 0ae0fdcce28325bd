"""Portfolios: a search for what does well whatever the unknowns are."""
