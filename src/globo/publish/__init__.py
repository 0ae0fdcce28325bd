"""Publishing: the page as a folder of files that any web host or USB stick serves.

Baseline and stories are stored as the simulator answers them; the main levers are answered by a
response fitted to runs of the simulator, whose error against it stands beside every answer.
"""

from globo.publish.build import Published, publish
from globo.publish.check import Error

__all__ = ["Error", "Published", "publish"]
