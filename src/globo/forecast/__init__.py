"""Forecast: what is said of the years after the present."""
