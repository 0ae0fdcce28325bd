"""A user's path is looked at before the work; a file is whole or not there."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from globo import files
from globo.cli import main
from globo.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
DEEP = "a/" * 1500 + "x"


@pytest.fixture
def places(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    (tmp_path / "to_pipe").symlink_to("pipe")
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "no place named"),
        (".", "no place named"),
        ("/dev/full", "is a device"),
        ("/dev/null/x", "is a device"),
        ("{}/pipe", "is a pipe"),
        ("{}/to_pipe", "is a pipe"),
        ("{}/folder", "is a folder"),
        ("{}/file/x", "is a file: cannot be written below"),
        ("{}/loop", "is a symlink"),
        ("~no-such-person/x", "whose home"),
        ("{}/od\udcffd", "odd bytes"),
        ("{}/two\nlines", "odd bytes"),
        ("{}/a\0b", "odd bytes"),
        ("{}/" + DEEP, "levels"),
        ("{}/" + "ñ" * 200, "levels"),
    ],
)
def test_a_path_that_is_no_place_for_a_file_is_refused_in_one_line(name, said, places):
    before = sorted(places.iterdir())
    with pytest.raises(UserError, match=said) as told:
        files.write_text(Path(name.format(places)), "text", "--out")
    assert "\n" not in str(told.value)
    assert str(told.value).isprintable()
    assert sorted(places.iterdir()) == before
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@pytest.mark.parametrize("name", ["", "/dev/null", "{}/file", "{}/pipe", "{}/loop", "{}/" + DEEP])
def test_a_path_that_is_no_place_for_a_folder_is_refused_in_one_line(name, places):
    with pytest.raises(UserError, match="--out"):
        files.target_folder(Path(name.format(places)))


def test_a_home_that_is_not_known_makes_no_folder_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert files.target("~/x.csv") == tmp_path / "home" / "x.csv"
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(UserError, match="whose home"):
        files.write_text("~/x.csv", "text")
    assert list(tmp_path.iterdir()) == []


def test_a_symlink_stays_and_its_target_is_written(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link.csv").symlink_to("real/x.csv")
    files.write_text(tmp_path / "link.csv", "ñandú")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real" / "x.csv").read_text(encoding="utf-8") == "ñandú"
    assert [p.name for p in (tmp_path / "real").iterdir()] == ["x.csv"]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_modes_are_those_of_the_umask_and_of_the_file_replaced(umask, mode, tmp_path):
    was = os.umask(umask)
    try:
        files.write_text(tmp_path / "new", "one")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == mode
        os.chmod(tmp_path / "new", 0o640)
        files.write_text(tmp_path / "new", "two")
    finally:
        os.umask(was)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path):
    def fails(draft):
        draft.write_text("half")
        raise OSError(28, "No space left on device")

    files.write_text(tmp_path / "x", "old")
    with pytest.raises(UserError, match="cannot be written .No space left"):
        files.write_whole(tmp_path / "x", fails)
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_text() == "old"


def test_a_content_is_on_the_disk_before_its_name_and_before_a_note_of_it(tmp_path, monkeypatch):
    done = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        noted = lambda *a, name=name, real=real: (done.append(name), real(*a))[1]  # noqa: E731
        monkeypatch.setattr(os, name, noted)
    files.put_text(tmp_path / "note", "all of it")
    assert done == ["fsync", "replace", "fsync"]  # the content, its name, the folder


@pytest.mark.parametrize("name", ["pipe", "to_pipe", "folder", "loop"])
def test_a_plain_file_alone_is_read(name, places):
    with pytest.raises(OSError, match="."):
        files.read_plain(places / name)
    assert files.read_plain(places / "file") == b"mine"
    assert name in files.odd_part(places) or files.odd_part(places)


COMMANDS = [
    ["run", "--out"],
    ["demo", "--out"],
    ["compare", "a", "b", "--report"],
    ["compare", "a", "b", "--brief"],
    ["forecast", "--as-of", "2016-05-15", "--out"],
    ["calibrate", "--out"],
    ["sensitivity", "--report"],
    ["optimise", "examples/portfolio.yaml", "--out"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_no_place_at_all_is_refused_before_the_work(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    began = time.monotonic()
    words = [str(ROOT / word) if word.endswith(".yaml") else word for word in words]
    assert main([*words, ""]) == 2
    assert time.monotonic() - began < 30
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"globo: {words[-1]}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow  # a process a command
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("path", ["", "/dev/full", DEEP])
def test_every_command_refuses_it_before_the_work(words, path):
    done = subprocess.run(
        [sys.executable, "-m", "globo", *words, path], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) <= 2  # what is begun may be said before
    assert done.stderr.splitlines()[-1].startswith(f"globo: {words[-1]}")
    assert "Traceback" not in done.stderr
