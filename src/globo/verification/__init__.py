"""Verification: claims about how the model behaves, each held against runs."""
