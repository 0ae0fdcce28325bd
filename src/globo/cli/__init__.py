"""The command line: one file a command, and what all of them keep to.

stdout holds the answer alone (with `--json` one JSON document), everything else goes
to stderr. Bad input is one line on stderr and exit code 2, an engine that fails is
code 1, Ctrl-C is code 130. What a command needs is imported when it runs.
"""

from __future__ import annotations

import logging
import os
import shlex
import sys
import warnings
from collections.abc import Sequence

from globo import keep_compiled
from globo.errors import UserError

BAD_INPUT, FAILED, STOPPED = 2, 1, 130
KEEPING = ("run", "demo", "calibrate")  # go on where they stopped
# What libraries say on every import, and no user can mend (see pyproject.toml).
SAID_BY_LIBRARIES = (
    (r"\s*ArviZ is undergoing a major refactor", FutureWarning),
    ("ipyparallel not installed", UserWarning),
    ("altair based interactive inspection not available", ImportWarning),
)


def main(args: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        args: the words after `globo`; None takes those of this process.
    """
    words = list(sys.argv[1:] if args is None else args)
    keep_compiled()
    logging.basicConfig(format="globo: %(message)s", level=logging.WARNING, stream=sys.stderr)
    with warnings.catch_warnings():
        for message, category in SAID_BY_LIBRARIES:
            warnings.filterwarnings("ignore", message, category)
        try:
            return _answered(words)
        except UserError as error:
            return _told(str(error), BAD_INPUT)
        except KeyboardInterrupt:
            return _told(_stopped(words), STOPPED)
        except BrokenPipeError:
            # The reader of our output has gone; Python must not flush to it at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FAILED


def _answered(words: list[str]) -> int:
    """Run the command; turn what the parser refuses into one line."""
    from typer.exceptions import TyperException

    from globo.cli.app import app

    try:
        code = app(
            words, prog_name="globo", standalone_mode=False, obj=shlex.join(["globo", *words])
        )
    except TyperException as error:
        asked = getattr(getattr(error, "ctx", None), "command_path", "globo")
        return _told(f"{error.format_message().rstrip('.')}; see {asked} --help", BAD_INPUT)
    except RuntimeError as error:
        if type(error).__name__ != "EnsembleError":  # naming it would import the engine
            raise
        return _told(str(error), FAILED)
    sys.stdout.flush()
    if code == STOPPED:
        raise KeyboardInterrupt
    return int(code or 0)


def _told(message: str, code: int) -> int:
    """Say a message in one line on stderr, and return the exit code."""
    print(f"globo: {' '.join(message.split())}", file=sys.stderr)
    return code


def _stopped(words: list[str]) -> str:
    command = next((word for word in words if not word.startswith("-")), "")
    if command in KEEPING:
        return "stopped; what is done is kept: the same command goes on from there"
    return "stopped; nothing half-written is left: the same command starts again"
