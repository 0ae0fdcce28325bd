"""Environment: what a process must be before JAX computes in it.

The numbers of a run are those of a processor in 32 bits under JAX's usual rules. What the
environment says otherwise is left out before JAX is imported; where JAX is there already and
set otherwise, a run is refused before its work, since the caller's own code may need that.
"""

from __future__ import annotations

import ast
import logging
import os
import sys
from pathlib import Path
from typing import Any

from globo.errors import UserError
from globo.texts.terminal import say

# What is said to JAX that moves no number: its cache, its log, its tracebacks.
HEARD = (
    "JAX_COMPILATION_CACHE", "JAX_PERSISTENT_CACHE", "JAX_ENABLE_COMPILATION_CACHE", "JAX_LOG",
    "JAX_DEBUG_LOG", "JAX_LOGGING", "JAX_TRACEBACK", "JAX_EXPLAIN", "JAX_RAISE_PERSISTENT",
)  # fmt: skip
KEPT = {"JAX_PLATFORMS": "cpu"}
# Settings of JAX, and what a run needs them to be.
NEEDED = {
    "jax_enable_x64": False,
    "jax_numpy_rank_promotion": "allow",
    "jax_numpy_dtype_promotion": "standard",
    "jax_disable_jit": False,
    "jax_debug_nans": False,
    "jax_debug_infs": False,
    "jax_default_matmul_precision": None,
}

log = logging.getLogger("globo.environment")
_used_by: list[int] = []


def ready(cluster: str | None = None) -> None:
    """Make this process one in which a run can be computed, or say why it cannot be.

    Args:
        cluster: as given to `globo.run`.

    Raises:
        UserError: JAX is set otherwise, the process was forked after a run, or a local
            cluster is asked for by a script that its workers would run again.
    """
    keep_compiled()
    if "jax" in sys.modules:
        _check_jax()
    elif left := leave_out():
        log.warning("%s", say("left_out", names=left))
    if _used_by and _used_by[0] != os.getpid():
        allowed = 'a process of its own: multiprocessing.get_context("spawn")'
        mend = "JAX cannot work in a copy of a process in which it has worked"
        where, found = "globo.run", "a process forked after a run"
        raise UserError(where, found, allowed, mend)
    if cluster == "local":
        _check_guard()
    _used_by[:] = [os.getpid()]


def keep_compiled() -> None:
    """Let JAX keep what it compiles in the user's cache, so that it compiles once.

    Where JAX is loaded already, or the environment names a folder, nothing changes.
    """
    root = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", os.path.join(root, "globo", "jax"))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.2")


def leave_out() -> str:
    """Remove what the environment says to JAX that would move numbers or end in a traceback.

    Returns:
        What was left out, in one line; "" where it was nothing.
    """
    said = [n for n in os.environ if n.startswith("JAX_") and not n.startswith(HEARD)]
    said += [name for name in ("XLA_FLAGS", "JAX_PLATFORM_NAME") if name in os.environ]
    unlike = {n: os.environ[n] for n in dict.fromkeys(said) if os.environ[n] != KEPT.get(n)}
    for name in said:
        os.environ.pop(name, None)
    os.environ.update(KEPT)
    return ", ".join(f"{name}={value}"[:80] for name, value in sorted(unlike.items()))


def _check_jax() -> None:
    """Refuse a JAX that is set otherwise; what it has no setting for cannot be."""
    from jax import config

    for name, needed in NEEDED.items():
        found = getattr(config, name, needed)
        if found != needed:
            mend = f'before the run: jax.config.update("{name}", {needed!r})'
            where, told = "JAX", f"{name} = {found!r}"
            raise UserError(where, told, f"{needed!r}", mend)


def _check_guard() -> None:
    """Refuse a local cluster that a script starts outside of its guard.

    Workers are new processes that import the script: without the guard each would start
    the run, and its own cluster, again.
    """
    frame: Any = sys._getframe()
    while frame is not None:
        code = frame.f_code
        if frame.f_globals.get("__name__") == "__main__" and code.co_name == "<module>":
            break
        frame = frame.f_back
    if frame is None or _is_guarded(frame.f_code.co_filename, frame.f_lineno):
        return
    where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
    allowed = 'a call under: if __name__ == "__main__":'
    mend = "the workers import this script, and would start the run again"
    raise UserError(where, 'cluster="local" outside of a main guard', allowed, mend)


def _is_guarded(file: str, line: int) -> bool:
    """Return whether a line stands under `if __name__ == "__main__"`; where in doubt, it does."""
    name = getattr(getattr(sys.modules["__main__"], "__spec__", None), "name", "") or ""
    if name == "__main__" or name.endswith(".__main__"):
        return True  # `python -m package`: workers do not import it
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return True  # a prompt or a notebook: there is no script to import
    for node in tree.body:
        if isinstance(node, ast.If) and node.lineno <= line <= (node.end_lineno or line):
            names = {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)}
            if "__name__" in names:
                return True
    return False
