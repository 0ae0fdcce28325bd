"""Ctrl-C ends a server soon and in one line, whatever it is at."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_serving import answer, port  # noqa: F401  (a fixture)

HERE = Path(__file__).parent
# The small engine, whose runs and forecast take longer than a reader of this test waits.
SERVED = """
import sys
from pathlib import Path
from small import SmallEngine
from test_serving import serve_session, session_in
session = session_in(Path(sys.argv[2]))
session.engine = SmallEngine(60.0)
serve_session(session, int(sys.argv[1]), "127.0.0.1", False)
import os
os._exit(0)
"""


def test_an_answer_under_way_is_cut_off_in_one_line(port, tmp_path):  # noqa: F811
    words = [sys.executable, "-c", SERVED, str(port), str(tmp_path)]
    serving = subprocess.Popen(words, cwd=HERE, stderr=subprocess.PIPE, text=True)
    answer(port, "/api/baseline")
    reader = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"levers": {"eradication_budget": 1500}})
    reader.request("POST", "/api/run", body, {"content-type": "application/json"})
    time.sleep(1.0)
    began = time.monotonic()
    serving.send_signal(signal.SIGINT)
    _, said = serving.communicate(timeout=60)
    assert time.monotonic() - began < 30  # not the 60 of the run
    reader.close()
    assert said == "globo: the server ends; answers cut off: 1\n"
    assert serving.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 3.0, 8.0])
def test_a_model_that_computes_is_not_waited_for_and_does_not_abort(seconds, tmp_path):
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}  # nothing kept: it compiles
    words = [sys.executable, "-m", "globo", "serve", "--no-browser", "--port", "0"]
    pipe = subprocess.PIPE
    serving = subprocess.Popen(words, env=env, stdout=pipe, stderr=pipe, text=True)
    assert serving.stdout is not None
    assert "http://" in serving.stdout.readline()
    time.sleep(seconds)
    began = time.monotonic()
    serving.send_signal(signal.SIGINT)
    _, said = serving.communicate(timeout=120)
    assert (serving.returncode, said) == (0, "")
    assert time.monotonic() - began < 30
