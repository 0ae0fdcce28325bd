"""Decisions: two runs compared, what an answer hangs on, and portfolios that last."""

from globo.decisions.compare import Comparison, compare
from globo.decisions.costs import cost_table, published
from globo.decisions.inputs import Input, inputs, unknowns
from globo.decisions.portfolio.answers import sweep
from globo.decisions.portfolio.optimise import Result, optimise
from globo.decisions.portfolio.problem import Problem, problem
from globo.decisions.ranking import hinges
from globo.decisions.sensitivity import Sensitivity, sensitivity

__all__ = [
    "Comparison",
    "Input",
    "Problem",
    "Result",
    "Sensitivity",
    "compare",
    "cost_table",
    "hinges",
    "inputs",
    "optimise",
    "problem",
    "published",
    "sensitivity",
    "sweep",
    "unknowns",
]
