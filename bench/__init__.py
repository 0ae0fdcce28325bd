"""Measurements: each module prints rows {name, value, unit, goal, holds}."""
