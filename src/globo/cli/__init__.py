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

from globo.cli import process
from globo.cli.process import STOPPED
from globo.cli.refusals import refused
from globo.errors import UserError
from globo.texts.terminal import language_of, say, speaking

BAD_INPUT, FAILED = 2, 1
KEEPING = ("run", "demo", "calibrate")  # go on where they stopped
# What libraries say on every import, and no user can mend (see pyproject.toml).
SAID_BY_LIBRARIES = (
    (r"\s*ArviZ is undergoing a major refactor", FutureWarning),
    ("ipyparallel not installed", UserWarning),
    ("altair based interactive inspection not available", ImportWarning),
)


def entry() -> None:
    """Run the command of this process, and end it with its exit code."""
    process.own_stdout()
    code = main()
    if code == STOPPED or process.computes():  # threads that still compute are not waited for
        os._exit(code)
    sys.exit(code)


def main(args: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        args: the words after `globo`; None takes those of this process.
    """
    words = list(sys.argv[1:] if args is None else args)
    stopped = lambda: _in_one_line(_stopped(words), STOPPED)  # noqa: E731
    with speaking(language_of(words)), process.interruptible(stopped) as interrupts:
        try:
            process.open_streams()
            return _spoken(words)
        except UserError as error:
            return _in_one_line(error.line(say("allowed")), BAD_INPUT)
        except KeyboardInterrupt:
            return stopped()
        except BaseException as error:
            # Some libraries turn an interrupt of their import into an error of their own.
            if interrupts.asked and not isinstance(error, SystemExit):
                return stopped()
            if not isinstance(error, BrokenPipeError | process.StreamLost):
                raise
            process.silence(sys.stdout)
            if isinstance(error, BrokenPipeError):
                return FAILED  # the reader of our output has gone, and wants no word
            return _in_one_line(say("stdout", why=error), FAILED)


def _spoken(words: list[str]) -> int:
    """Run the command where the process is settled, and see that its answer has gone out."""
    left = process.settle()
    logging.basicConfig(format="globo: %(message)s", level=logging.WARNING, stream=sys.stderr)
    if left:
        _in_one_line(say("left_out", names=left), 0)
    with warnings.catch_warnings():
        for message, category in SAID_BY_LIBRARIES:
            warnings.filterwarnings("ignore", message, category)
        code = _answered(words)
    sys.stdout.flush()
    return code


def _answered(words: list[str]) -> int:
    """Run the command; turn what the parser refuses into one line."""
    from typer.exceptions import TyperException

    from globo.cli.app import app

    try:
        code = app(
            words, prog_name="globo", standalone_mode=False, obj=shlex.join(["globo", *words])
        )
    except TyperException as error:
        return _in_one_line(refused(error), BAD_INPUT)
    except RuntimeError as error:
        if type(error).__name__ != "EnsembleError":  # naming it would import the engine
            raise
        return _in_one_line(str(error), FAILED)
    if code == STOPPED:
        raise KeyboardInterrupt
    return int(code or 0)


def _in_one_line(message: str, code: int) -> int:
    """Say a message in one line on stderr, and return the exit code."""
    try:
        print(f"globo: {' '.join(message.split())}", file=sys.stderr, flush=True)
    except (OSError, ValueError):  # nobody reads it
        process.silence(sys.stderr)
    return code


def _stopped(words: list[str]) -> str:
    command = next((word for word in words if not word.startswith("-")), "")
    if command in KEEPING:
        return say("stopped.kept")
    return say("stopped.nothing")
