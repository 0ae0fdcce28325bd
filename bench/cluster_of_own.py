"""A scheduler, its workers and a client, all processes of the bench, to be killed and replaced."""

from __future__ import annotations

import hashlib
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType

from bench.toy_engine import SMALL, toy
from globo.ensemble import run_ensemble
from globo.ensemble.ledger import Ledger

KINDS: tuple[str, ...] = ("client", "worker", "scheduler", "nanny")
JITTER_SECONDS = 1.0
LIMIT_SECONDS = 900.0


class Cluster:
    """Processes on the loopback address, each started again when it is killed.

    Args:
        workers: kinds of the workers, one thread each: `worker`, or `nanny` for one that a
            process of its own watches and starts again.
        client: what the client is to run: folder, members, draws a chunk, rounds, pause.
        seed: seed of the moments of death.
    """

    def __init__(self, workers: Sequence[str], client: list[str], seed: int) -> None:
        """Start the scheduler and the workers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address, self.client = f"tcp://127.0.0.1:{self.port}", client
        self.luck = random.Random(seed)
        self.all: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler")
        self.kinds = list(workers)
        self.workers = [self._start(kind) for kind in self.kinds]

    def __enter__(self) -> Cluster:
        """Wait until the scheduler listens."""
        until = time.monotonic() + 60.0
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)
        message = "the scheduler did not start"
        raise RuntimeError(message)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every process that was started."""
        for process in self.all:
            if process.poll() is None:
                process.kill()
            process.wait()

    def seconds(self) -> float:
        """Run the client undisturbed and return its own time for the ensemble."""
        done = self._start("client", subprocess.PIPE)
        said, _ = done.communicate(timeout=LIMIT_SECONDS)
        return float(said)

    def disturb(self, kills: int, chunks: int) -> dict[str, int]:
        """Run the client, killing one process after another; return how many of each.

        A process dies when a random number of the run's chunks are stored, and a
        random moment later, so that the deaths are spread over the whole run.
        """
        kinds = [kind for kind in KINDS if kind in ("client", "scheduler", *self.kinds)]
        order = [kinds[i % len(kinds)] for i in range(kills)]
        self.luck.shuffle(order)
        killed: dict[str, int] = dict.fromkeys(kinds, 0)
        client, until = self._start("client"), time.monotonic() + LIMIT_SECONDS
        moments = sorted(self.luck.randrange(chunks - 5) for _ in range(kills))
        for kind, moment in zip(order, moments, strict=True):
            while self._stored() < moment and time.monotonic() < until:
                if self._ends(client, 0.1):
                    return killed
            if self._ends(client, self.luck.uniform(0.0, JITTER_SECONDS)):
                return killed
            killed[kind] += 1
            if kind == "client":
                self._kill(client)
                client = self._start("client")
            elif kind == "scheduler":
                self._kill(self.scheduler)
                self.scheduler = self._start("scheduler")
                self._replace_workers()
            else:
                i = self.luck.choice([i for i, k in enumerate(self.kinds) if k == kind])
                self._kill(self.workers[i])
                self.workers[i] = self._start(kind)
        while client.poll() is None and time.monotonic() < until:
            self._replace_workers()
            time.sleep(0.5)
        if client.poll() != 0:
            message = f"the client ended with {client.poll()}"
            raise RuntimeError(message)
        return killed

    def _stored(self) -> int:
        """Return how many chunks stand in the store that the client fills."""
        return len(list(Path(self.client[0]).glob(".partial-*/results.zarr/status/c/*")))

    def _ends(self, client: subprocess.Popen[bytes], seconds: float) -> bool:
        """Wait; return whether the client ended well meanwhile, and raise if it did not."""
        try:
            code = client.wait(seconds)
        except subprocess.TimeoutExpired:
            self._replace_workers()
            return False
        if code:
            message = f"the client ended with {code}"
            raise RuntimeError(message)
        return True

    def _replace_workers(self) -> None:
        """Start anew the workers that ended by themselves, as they do without a scheduler."""
        both = zip(self.workers, self.kinds, strict=True)
        self.workers = [w if w.poll() is None else self._start(kind) for w, kind in both]

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def _start(self, kind: str, out: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        host, port = ["--host", "127.0.0.1"], str(self.port)
        worker = [
            *["distributed.cli.dask_worker", self.address, "--nthreads", "1", *host],
            *["--no-dashboard", "--death-timeout", "20"],
        ]
        arguments = {
            "scheduler": [
                "distributed.cli.dask_scheduler",
                *host,
                "--port",
                port,
                "--no-dashboard",
            ],
            "worker": [*worker, "--no-nanny"],
            "nanny": [*worker, "--nanny"],
            "client": ["bench.cluster_of_own", self.address, *self.client],
        }[kind]
        errors = None if kind == "client" else subprocess.DEVNULL
        command = [sys.executable, "-m", *arguments]
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        self.all.append(process)
        return process


def bytes_of(out: Path) -> dict[str, str]:
    """Return digests of all that must not depend on who computed it."""
    paths = [p for p in sorted((out / "results.zarr").rglob("*")) if p.is_file()]
    paths += [out / "summary.csv", out / "scenario.yaml"]
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


def members_of(out: Path) -> list[int]:
    """Return the draws with a row, good ones alone."""
    with closing(Ledger(out, write=False)) as ledger:
        return [draw for _, draw, _, status, _ in ledger.members() if status == 0]


def _client(address: str, out: str, members: str, chunk: str, rounds: str, pause: str) -> None:
    plan, engine = toy(int(members), SMALL, int(chunk), int(rounds), float(pause))
    began = time.perf_counter()
    run_ensemble(plan, engine, Path(out), jobs=1, cluster=address, progress=False)
    print(time.perf_counter() - began)


if __name__ == "__main__":
    _client(*sys.argv[1:])
