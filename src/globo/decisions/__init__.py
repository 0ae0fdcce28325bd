"""Decisions: two runs compared, what an answer hangs on, and portfolios that last."""

from globo.decisions.compare import Comparison, compare
from globo.decisions.inputs import Input, inputs, unknowns
from globo.decisions.portfolios import Result, optimise
from globo.decisions.problem import Problem, problem
from globo.decisions.ranking import regional
from globo.decisions.sensitivity import Sensitivity, sensitivity

__all__ = [
    "Comparison",
    "Input",
    "Problem",
    "Result",
    "Sensitivity",
    "compare",
    "inputs",
    "optimise",
    "problem",
    "regional",
    "sensitivity",
    "unknowns",
]
