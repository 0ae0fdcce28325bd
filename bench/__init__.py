"""Benchmarks: speed as ratios and slopes measured in one run; `python -m bench` gathers them."""
