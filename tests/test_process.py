"""The process around a command: streams, environment, Ctrl-C, forks and clusters."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from globo import environment
from globo.cli import main, process
from globo.errors import UserError

COMMAND = [sys.executable, "-m", "globo"]
SMALL = ["run", "--draws", "2", "--until", "2001-12", "--no-report", "--quiet", "--out", "here"]
ODD = {
    "JAX_ENABLE_X64": "1", "JAX_PLATFORMS": "cuda", "JAX_NUMPY_RANK_PROMOTION": "raise",
    "JAX_NUMPY_DTYPE_PROMOTION": "strict", "JAX_DISABLE_JIT": "1", "JAX_DEBUG_NANS": "nonsense",
    "JAX_DEFAULT_MATMUL_PRECISION": "bfloat16", "JAX_PLATFORM_NAME": "tpu",
    "JAX_THREEFRY_PARTITIONABLE": "0", "JAX_DEFAULT_PRNG_IMPL": "rbg",
    "XLA_FLAGS": "--no_such_flag", "MPLBACKEND": "nonsense",
}  # fmt: skip


def asked(words, tmp_path, shell_tail="", **env):
    """Run a command line by a shell, as a user does."""
    words = " ".join([*COMMAND, *words, shell_tail])
    return subprocess.run(
        words, shell=True, cwd=tmp_path, env={**os.environ, **env}, capture_output=True, timeout=300
    )


@pytest.mark.parametrize("tail", [">&-", "<&- >&- 2>&-"])
def test_a_closed_stream_breaks_nothing(tail, tmp_path):
    done = asked(["--version"], tmp_path, tail)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert asked(["rum"], tmp_path, tail).returncode == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
@pytest.mark.parametrize(
    ("words", "unbuffered"), [(["--version"], ""), (["--help"], "1"), (["facts", "list"], "1")]
)
def test_a_full_stdout_is_one_line_and_code_1(words, unbuffered, tmp_path):
    done = asked(words, tmp_path, "> /dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(b"globo: stdout: the answer could not be written (No space")


def test_an_ascii_terminal_still_reads_its_answer(tmp_path):
    words = ["facts", "list", "--place", "Aguaytía", "--rows", "1"]
    done = asked(words, tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Aguaytía" in done.stdout.decode("utf-8")
    told = asked([*words, "--json"], tmp_path, PYTHONIOENCODING="cp1252").stdout
    assert json.loads(told.decode("utf-8"))[0]["place"] == "Aguaytía"


@pytest.mark.slow
def test_an_odd_environment_moves_no_number_and_is_told_in_one_line(tmp_path):
    plain = asked([*SMALL, "--json"], tmp_path)
    odd = asked([*SMALL[:-1], "odd", "--json"], tmp_path, **ODD)
    assert (plain.returncode, odd.returncode) == (0, 0), odd.stderr
    said = odd.stderr.decode().splitlines()
    assert len(said) == 1
    assert "JAX_ENABLE_X64=1" in said[0]
    assert "XLA_FLAGS" in said[0]
    assert json.loads(odd.stdout)["national"] == json.loads(plain.stdout)["national"]


def test_what_is_said_to_jax_is_left_out_but_for_its_cache(monkeypatch):
    for name, value in ODD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("JAX_COMPILATION_CACHE_DIR", "/somewhere")
    told = environment.leave_out()
    assert [name for name in ODD if name.startswith("J") and name not in told] == []
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == "/somewhere"
    assert os.environ["JAX_PLATFORMS"] == "cpu"
    assert "JAX_ENABLE_X64" not in os.environ
    assert environment.leave_out() == ""  # nothing is said twice, or of what is as it should be


@pytest.mark.parametrize(
    ("setting", "odd"),
    [("jax_enable_x64", True), ("jax_numpy_rank_promotion", "raise"), ("jax_debug_nans", True),
     ("jax_disable_jit", True), ("jax_default_matmul_precision", "bfloat16")],
)  # fmt: skip
def test_a_jax_that_is_set_otherwise_is_refused_with_the_line_that_mends_it(setting, odd):
    import jax

    before = getattr(jax.config, setting)
    try:
        jax.config.update(setting, odd)
        with pytest.raises(UserError, match=f'jax.config.update."{setting}", {before!r}'):
            environment.ready()
    finally:
        jax.config.update(setting, before)
    environment.ready()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_run_in_a_fork_after_a_run_is_refused_and_does_not_hang(monkeypatch):
    monkeypatch.setattr(environment, "_used_by", [os.getpid() + 1])
    with pytest.raises(UserError, match="spawn"):
        environment.ready()


@pytest.mark.parametrize("guard", ["", 'if __name__ == "__main__":'])
def test_a_local_cluster_outside_of_a_main_guard_is_refused_at_its_line(guard, tmp_path):
    script = f"import globo.environment as e\n{guard or 'if True:'}\n    e.ready('local')\n"
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert (done.returncode == 0) == bool(guard)
    if not guard:
        assert "script.py:3: " in done.stderr.splitlines()[-1]
        assert "__main__" in done.stderr.splitlines()[-1]


def test_an_interrupt_stops_once_and_the_four_that_follow_are_not_heard():
    before = signal.getsignal(signal.SIGINT)  # whoever ran before may have its own
    with process.interruptible() as interrupts:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        for _ in range(4):
            signal.raise_signal(signal.SIGINT)
        assert interrupts.asked
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_that_is_lost_in_a_call_back_is_raised_again():
    class Dies:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    def lose():
        with process.interruptible():
            dying = Dies()
            del dying
            time.sleep(10)

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        lose()
    assert time.monotonic() - began < 5


NOISY = """
import signal, traceback
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    traceback.print_exc()  # as numpy's own loader does
    raise
"""


def test_an_interrupt_while_a_library_is_loaded_is_one_line(tmp_path):
    (tmp_path / "noisy.py").write_text(NOISY)
    script = "import globo.cli as c; c._answered = lambda _: __import__('noisy'); c.entry()"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 130
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("globo: stopped")


def test_an_interrupt_that_a_library_turns_into_its_own_error_is_still_one(monkeypatch, capsys):
    def importing(words):
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            message = "cannot import name 'half'"
            raise ImportError(message) from None

    monkeypatch.setattr("globo.cli._answered", importing)
    assert main(["model"]) == 130
    shown = capsys.readouterr()
    assert shown.err.splitlines() == [
        "globo: stopped; nothing half-written is left: the same command starts again"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 5])
@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0])
def test_ctrl_c_at_any_moment_is_130_and_one_line(times, seconds, tmp_path):
    running = subprocess.Popen(
        [*COMMAND, *SMALL], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(seconds)
    for _ in range(times):
        if running.poll() is None:
            running.send_signal(signal.SIGINT)
            time.sleep(0.02)
    _, said = running.communicate(timeout=120)
    assert running.returncode == 130, said
    assert len(said.splitlines()) == 1
    assert said.startswith("globo: stopped")


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [4.0, 9.0, 15.0])
def test_ctrl_c_with_a_cluster_is_130_and_one_line(seconds, tmp_path):
    words = ["--cluster", "local", "--jobs", "2"]
    running = subprocess.Popen(
        [*COMMAND, *SMALL, *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    time.sleep(seconds)
    if running.poll() is None:
        running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert running.returncode in (0, 130)
    assert len(said.splitlines()) == (running.returncode == 130), said
