"""`python -m globo` is `globo`."""

import sys

from globo.cli import main

sys.exit(main())
