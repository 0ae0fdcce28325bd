"""globo: a simulator of Peru's coca-to-cocaine economy under state pressure."""

from importlib.metadata import version

__version__ = version("globo")
