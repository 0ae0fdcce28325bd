"""Facts: what is known, each figure with its source, its confidence and its day."""

from globo.facts.package import Facts, load

__all__ = ["Facts", "load"]
