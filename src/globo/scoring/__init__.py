"""Scoring: how far forecasts hold against rivals that know nothing of the trade."""
