"""Decisions: two runs compared, what an answer hangs on, and portfolios that last."""

from globo.decisions.compare import Comparison, compare

__all__ = ["Comparison", "compare"]
