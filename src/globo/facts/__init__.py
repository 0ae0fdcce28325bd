"""Facts: what is known, each figure with its source, its confidence and its day."""

from globo.facts.checks import check
from globo.facts.evidence import evidence_for
from globo.facts.figures import figures
from globo.facts.package import Facts, load
from globo.facts.problem import Problem

__all__ = ["Facts", "Problem", "check", "evidence_for", "figures", "load"]
