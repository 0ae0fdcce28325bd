"""Server: the page and the runs behind it, on this machine."""

from globo.server.serving import serve

__all__ = ["serve"]
