"""Settings for every test: CPU, a kept compilation cache, and shapes checked at run time."""

import os
import threading
from pathlib import Path

import pytest

os.environ["JAX_PLATFORMS"] = "cpu"
CACHE = Path(__file__).resolve().parent.parent / ".cache" / "jax"
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(CACHE))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.5")

import jaxtyping  # noqa: E402  (after the environment is set)

# Axis names and dtypes are checked where the model's arrays are made and changed.
# The rest of the package stays unhooked, so that a test starts quickly.
_hook = jaxtyping.install_import_hook(
    ("globo.model.mechanisms", "globo.model.world"), "beartype.beartype"
)


@pytest.fixture(scope="module", autouse=True)
def _no_model_is_left_at_work():
    """Hold every file of tests to ending the sessions that it opens: later tests would wait."""
    yield
    left = [thread for thread in threading.enumerate() if thread.name == "globo-model"]
    for thread in left:
        thread.join(1)
    assert not any(thread.is_alive() for thread in left), "a session was not closed"
