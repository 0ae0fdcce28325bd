"""`python -m globo` is `globo`."""

from globo.cli import entry

entry()
