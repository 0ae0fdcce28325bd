"""Chunks on a cluster: the same bytes as threads, and one message where there is none."""

import socket

import psutil
import pytest
from distributed import Client, Security
from ensemble_files import bytes_of
from ensemble_toy import Toy, toy_plan

from globo.ensemble import run_ensemble
from globo.ensemble.cluster import _client
from globo.errors import UserError


@pytest.mark.slow  # a cluster takes several seconds to start
@pytest.mark.filterwarnings("default")  # what dask and tornado say on closing is theirs
def test_a_cluster_leaves_the_same_bytes_as_threads(tmp_path):
    engine, plan = Toy(7, failing=frozenset({2}), raising=frozenset({5})), toy_plan(9)
    run_ensemble(plan, engine, tmp_path / "threads", jobs=1, progress=False)
    run_ensemble(plan, engine, tmp_path / "cluster", jobs=2, cluster="local", progress=False)
    assert bytes_of(tmp_path / "threads") == bytes_of(tmp_path / "cluster")
    left = [p.name for p in (tmp_path / "cluster").iterdir() if p.name.startswith(".")]
    assert left == []


@pytest.mark.slow  # a cluster takes several seconds to start
@pytest.mark.filterwarnings("default")  # what dask and tornado say on closing is theirs
def test_a_local_cluster_takes_work_from_nobody_else():
    with _client("local", 1) as client:
        client.wait_for_workers(1)
        assert client.scheduler.address.startswith("tls://127.0.0.1:")
        mine = psutil.Process()
        listening = [
            c.laddr
            for process in (mine, *mine.children(recursive=True))
            for c in process.net_connections("inet")
            if c.status == psutil.CONN_LISTEN
        ]
        assert {at.ip for at in listening} == {"127.0.0.1"}
        plain = client.scheduler.address.replace("tls://", "tcp://")
        with pytest.raises(OSError, match="."):
            Client(plain, timeout=2, set_as_default=False)
        stranger = Security.temporary()
        with pytest.raises((OSError, ValueError, TypeError)):
            Client(client.scheduler.address, security=stranger, timeout=2, set_as_default=False)


def test_a_cluster_that_does_not_answer_is_said_at_once(tmp_path):
    with socket.socket() as held:  # bound but not listening: nobody answers there
        held.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(UserError, match=f"--cluster {address}: no scheduler answers"):
            run_ensemble(toy_plan(), Toy(7), tmp_path / "a", cluster=address, progress=False)


def test_a_cluster_needs_a_folder_that_all_workers_see():
    with pytest.raises(UserError, match="no run folder.*--out"):
        run_ensemble(toy_plan(), Toy(7), None, cluster="local", progress=False)
