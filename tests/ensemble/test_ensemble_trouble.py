"""Whatever dies, fills up or is damaged: one clear message, and nothing lost."""

import json
import os
import re
import resource
import shutil
import signal
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from ensemble_files import bytes_of, client
from ensemble_toy import Toy, toy_plan

from globo.ensemble import is_finished, open_run, run_ensemble
from globo.ensemble.ledger import Ledger
from globo.errors import UserError


def run(out, draws=5, engine=None, **how):
    how = {"jobs": 1, "progress": False, **how}
    return run_ensemble(toy_plan(draws), engine or Toy(7), out, **how)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Bytes of whole runs, by number of draws."""
    known = {}

    def digests(draws):
        if draws not in known:
            out = tmp_path_factory.mktemp("whole") / str(draws)
            run(out, draws)
            known[draws] = bytes_of(out)
        return known[draws]

    return digests


class Counting:
    """The toy, remembering its chunks; `at` what it does before one of them."""

    def __init__(self, **at):
        self.at, self.chunks, self.toy = at, [], Toy(7)

    def __call__(self, chunk):
        self.chunks.append(chunk.index)
        if f"c{chunk.index}" in self.at:
            self.at[f"c{chunk.index}"]()
        return self.toy(chunk)


def interrupt():
    raise KeyboardInterrupt


def done_in(out):
    """Number of members with a row in a partial folder."""
    (work,) = out.glob(".partial-*")
    ledger = Ledger(work, write=False)
    return len(ledger.members())


def test_an_interrupted_run_looks_unfinished_and_goes_on_where_it_stopped(tmp_path, undisturbed):
    out = tmp_path / "a"
    with pytest.raises(KeyboardInterrupt):
        run(out, 9, Counting(c3=interrupt))
    assert [p.name for p in out.iterdir() if not p.name.startswith(".")] == []
    assert not is_finished(out)
    with pytest.raises(UserError, match="an interrupted run.*run the same command again"):
        open_run(out)
    rest = Counting()
    run(out, 9, rest)
    assert rest.chunks == [3, 4]
    assert bytes_of(out) == undisturbed(9)
    assert sorted(p.name for p in out.iterdir()) == [
        "ledger.sqlite",
        "results.zarr",
        "ro-crate-metadata.json",
        "scenario.yaml",
        "summary.csv",
    ]


def test_a_killed_process_loses_no_finished_member(tmp_path, undisturbed):
    out = tmp_path / "a"
    process = client(out, 40, pause=0.1)
    until = time.monotonic() + 30
    while not list(out.glob(".partial-*/results.zarr/coca_ha/c/3")):
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not is_finished(out)
    kept = done_in(out)
    assert 6 <= kept < 40
    rest = Counting()
    run(out, 40, rest)
    assert len(rest.chunks) == 20 - kept // 2
    assert bytes_of(out) == undisturbed(40)


def test_a_second_client_is_told_and_the_first_one_ends_well(tmp_path, undisturbed):
    out, told = tmp_path / "a", []

    def come_second():
        other = client(out, 5)
        said, _ = other.communicate(timeout=60)
        told.append((other.returncode, said.splitlines()[1:]))

    run(out, 5, Counting(c1=come_second))
    ((code, lines),) = told
    assert code == 2
    assert len(lines) == 1
    assert f"another run is writing here (process {os.getpid()} on" in lines[0]
    assert bytes_of(out) == undisturbed(5)
    rest = Counting()
    run(out, 5, rest)  # and the lock is free again
    assert rest.chunks == []


@contextmanager
def room_for_files_of(size):
    """Bound the size of every file that this process writes, in bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("jobs", [1, 2])
def test_space_that_runs_out_midway_keeps_what_is_done(jobs, tmp_path, undisturbed):
    out = tmp_path / "a"
    with ExitStack() as full:
        fill = Counting(c2=lambda: full.enter_context(room_for_files_of(10)))
        # of two threads the other may be first to meet it, at the ledger
        said = "no space left on the disk" if jobs == 1 else "no space|the ledger cannot be used"
        with pytest.raises(UserError, match=f"({said}).*run the same command again"):
            run(out, 9, fill, jobs=jobs)
    assert not is_finished(out)
    kept = done_in(out) // 2
    assert kept <= 2 if jobs == 2 else kept == 2
    rest = Counting()
    run(out, 9, rest)
    assert len(rest.chunks) == 5 - kept
    assert bytes_of(out) == undisturbed(9)


@pytest.mark.parametrize("size", [0, 10, 5000, 30_000])
def test_space_that_is_short_from_the_start_is_said_and_mended(size, tmp_path, undisturbed):
    out = tmp_path / "a"
    with room_for_files_of(size), pytest.raises(UserError, match="no space|cannot be used") as full:
        run(out, 12)
    assert str(full.value).startswith(str(out))
    run(out, 12)
    assert bytes_of(out) == undisturbed(12)


@pytest.mark.parametrize("place", ["file/run", "/proc/globo/run", "/dev/null"])
def test_a_folder_that_cannot_be_written_is_said_in_one_message(tmp_path, place):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UserError, match="cannot be written.*choose another folder"):
        run(Path(tmp_path / place))


def test_a_folder_of_other_things_is_left_alone(tmp_path):
    (tmp_path / "summary.csv").write_text("mine")
    with pytest.raises(UserError, match=r"summary\.csv, but not a whole run"):
        run(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["summary.csv"]
    assert (tmp_path / "summary.csv").read_text() == "mine"


def hurt_chunk(root):
    path = next(p for p in (root / "results.zarr" / "leaf_t" / "c" / "1").rglob("*") if p.is_file())
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 0xFF]))  # another byte, whatever it was


def lose_chunk(root):
    shutil.rmtree(root / "results.zarr" / "leaf_t" / "c" / "1")


def hurt_labels(root):
    path = root / "results.zarr" / "zone" / "zarr.json"
    path.write_text(path.read_text().replace("3", "4", 1))


def lose_description(root):
    (root / "results.zarr" / "zarr.json").unlink()


DAMAGES = [(hurt_chunk, [1]), (lose_chunk, [1]), (hurt_labels, []), (lose_description, [])]


@pytest.mark.parametrize(("damage", "again"), DAMAGES, ids=lambda x: getattr(x, "__name__", ""))
def test_damage_to_a_whole_run_is_found_and_only_that_is_done_again(
    damage, again, tmp_path, undisturbed, caplog
):
    out = tmp_path / "a"
    run(out, 5)
    damage(out)
    with pytest.raises(UserError, match="damaged: .*run the command that made it again"):
        open_run(out)
    rest = Counting()
    run(out, 5, rest)
    assert rest.chunks == again
    assert len([r for r in caplog.records if "damaged" in r.message]) == 1
    assert bytes_of(out) == undisturbed(5)
    open_run(out)


@pytest.mark.parametrize(("damage", "again"), DAMAGES, ids=lambda x: getattr(x, "__name__", ""))
def test_damage_to_an_interrupted_run_is_found_on_going_on(damage, again, tmp_path, undisturbed):
    out = tmp_path / "a"
    with pytest.raises(KeyboardInterrupt):
        run(out, 9, Counting(c3=interrupt))
    (work,) = out.glob(".partial-*")
    damage(work)
    rest = Counting()
    run(out, 9, rest)
    assert rest.chunks == [*again, 3, 4]
    assert bytes_of(out) == undisturbed(9)


def test_a_ruined_ledger_is_said_in_one_message(tmp_path):
    run(tmp_path / "a")
    (tmp_path / "a" / "ledger.sqlite").write_bytes(b"nonsense" * 600)
    with pytest.raises(UserError, match="the ledger cannot be used.*its file is damaged"):
        open_run(tmp_path / "a")
    with pytest.raises(UserError, match="the ledger cannot be used"):
        run(tmp_path / "a")


def test_a_clock_that_went_back_between_runs_is_said_once(tmp_path, undisturbed, caplog):
    out = tmp_path / "a"
    with pytest.raises(KeyboardInterrupt):
        run(out, 9, Counting(c3=interrupt))
    (work,) = out.glob(".partial-*")
    ledger = Ledger(work)
    ledger.note("touched", repr(time.time() + 3600.0))
    ledger.note("began", repr(time.time() + 3500.0))
    ledger.close()
    run(out, 9)
    (warning,) = [r.getMessage() for r in caplog.records if "clock" in r.getMessage()]
    found = re.search(r"went back by (\d+) s", warning)
    assert found is not None
    assert 3000 <= int(found[1]) <= 3600  # a busy machine takes its time in between
    assert bytes_of(out) == undisturbed(9)
    graph = json.loads((out / "ro-crate-metadata.json").read_text())["@graph"]
    (action,) = [e for e in graph if e["@type"] == "CreateAction"]
    assert action["startTime"] <= action["endTime"]


def test_a_clock_that_goes_back_during_a_run_is_said_once(
    tmp_path, undisturbed, caplog, monkeypatch
):
    now = time.time

    def turn_back():
        monkeypatch.setattr(time, "time", lambda: now() - 7200.0)

    run(tmp_path / "a", 5, Counting(c1=turn_back))
    (warning,) = [r.getMessage() for r in caplog.records if "clock" in r.getMessage()]
    assert "went back by 7200 s" in warning
    assert bytes_of(tmp_path / "a") == undisturbed(5)


@pytest.mark.parametrize("moved", range(5))
def test_a_death_while_a_run_is_shown_is_mended_by_the_same_command(moved, tmp_path, undisturbed):
    out = tmp_path / "a"
    run(out, 5)
    names = ["ledger.sqlite", "results.zarr", "scenario.yaml", "summary.csv"]
    work = out / f".partial-{toy_plan(5).key}"
    work.mkdir()
    note = {"old": [], "new": [*names, "ro-crate-metadata.json"]}
    (work / ".moving").write_text(json.dumps(note))
    for name in ["ro-crate-metadata.json", *names[moved:]]:  # as if they had not moved up yet
        os.replace(out / name, work / name)
    assert not is_finished(out)
    rest = Counting()
    run(out, 5, rest)
    assert rest.chunks == []
    assert bytes_of(out) == undisturbed(5)
    assert not list(out.glob(".partial-*"))


def test_a_death_after_all_had_moved_up_leaves_the_run_whole(tmp_path, undisturbed):
    out = tmp_path / "a"
    run(out, 5)
    work = out / f".partial-{toy_plan(5).key}"
    work.mkdir()
    (work / ".moving").write_text(json.dumps({"old": [], "new": ["ro-crate-metadata.json"]}))
    rest = Counting()
    run(out, 5, rest)
    assert rest.chunks == []
    assert bytes_of(out) == undisturbed(5)


def test_another_run_takes_the_place_of_an_earlier_one_only_when_it_is_whole(tmp_path, undisturbed):
    out = tmp_path / "a"
    run(out, 5, finish=lambda ds, folder: (folder / "report.html").write_text("old"))
    (out / "notes.txt").write_text("mine")
    with pytest.raises(KeyboardInterrupt):
        run(out, 9, Counting(c3=interrupt))
    assert open_run(out).sizes["draw"] == 5
    run(out, 9)
    assert open_run(out).sizes["draw"] == 9
    assert bytes_of(out) == undisturbed(9)
    assert not (out / "report.html").exists()
    assert (out / "notes.txt").read_text() == "mine"


def test_a_partial_folder_without_a_member_goes(tmp_path):
    litter = tmp_path / "a" / ".partial-0123456789ab" / "results.zarr" / "hold" / "c" / "2"
    litter.mkdir(parents=True)
    run(tmp_path / "a")
    assert not list((tmp_path / "a").glob(".partial-*"))


def lose_ledger(root):
    (root / "ledger.sqlite").unlink()


@pytest.mark.parametrize("whole", [True, False])
def test_a_lost_ledger_is_rebuilt_from_whole_chunks(whole, tmp_path, undisturbed, caplog):
    out = tmp_path / "a"
    with ExitStack() as stack:
        if not whole:
            stack.enter_context(pytest.raises(KeyboardInterrupt))
        run(out, 9, Counting(**({} if whole else {"c3": interrupt})))
    root = out if whole else next(out.glob(".partial-*"))
    lose_ledger(root)
    hurt = next(p for p in (root / "results.zarr/leaf_t/c/1").rglob("*") if p.is_file())
    hurt.write_bytes(hurt.read_bytes()[:7])
    rest = Counting()
    run(out, 9, rest)
    assert rest.chunks == ([1] if whole else [1, 3, 4])
    assert f"{4 if whole else 2} of 5 chunks stand whole" in caplog.text
    assert bytes_of(out) == undisturbed(9)
    open_run(out)


@pytest.mark.parametrize("name", ["scenario.yaml", "summary.csv", "report.html"])
def test_an_edited_file_is_noticed_and_written_anew(name, tmp_path, undisturbed, caplog):
    finish = lambda ds, folder: (folder / "report.html").write_text("<p>ñandú</p>")  # noqa: E731
    out = tmp_path / "a"
    run(out, 5, finish=finish)
    open_run(out)
    assert caplog.text == ""
    before = (out / name).read_bytes()
    (out / name).write_bytes(before + b"and more")
    open_run(out)
    assert f"{name}: edited since the run wrote it" in caplog.text
    run(out, 5, finish=finish)
    assert (out / name).read_bytes() == before
    assert bytes_of(out) == undisturbed(5)
