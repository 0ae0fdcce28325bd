"""Arguments made from the command tree itself: taken or refused, in one line, never a traceback.

The work of every command is replaced by a mark that it was reached, so that what is tested is
the way there. The slow test asks thousands of times.
"""

import random
from importlib import import_module

import pytest
import typer

from globo import ensemble, simulation
from globo.cli import main
from globo.cli.app import app
from globo.cli.facts_app import app as facts_app
from globo.forecast import pool

FAST, SLOW = 100, 4000
NUMBERS = (
    "-1", "0", "1", "2", "7", "16", "4294967295", "4294967296", "1e3", "1.5", "", " ", "x",
    "99999999999999999999999", "nan", "-inf", "0x10", "1_000", "1,000", "25.000", "١", "--", "True",
)  # fmt: skip
TEXTS = (
    "", " ", "nowhere", "a\nb", "x" * 300, "\udcff", "-", "--", "/dev/null/x", "../..", "~nobody/x",
    "coca_ha", "coca_ha@VREAM", "coca_ha@", "@", "trust@VRAEM", "eradication_budget@VRAEM",
    "2016-05-15", "1900-01-01", "0001-01-01", "9999-12-31", "2016-02-30", "15/05/2016", "2017-12",
    "1999-12", "tcp://", "tcp://x:99999999", "local:", "foo", "Maran\u0303o\u0301n", "10101", "es",
    "{", "levers: {}", "\U0001f334",
)  # fmt: skip


# Modules by name, since some share theirs with a function of their room.
WORK = (
    ("ensemble.estimate", "run_ensemble"),
    ("decisions.sensitivity", "_screen"),
    ("decisions.portfolio.optimise", "evolve"),
    ("scoring.tables", "score"),
    ("server.serving", "serve"),
)


class Reached(Exception):
    """The arguments were taken, and the work would begin."""


@pytest.fixture
def idle(tmp_path, monkeypatch):
    """Every command, its work replaced by a mark."""

    def reach(*_, **__):
        raise Reached

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(ensemble, "run_ensemble", reach)
    for module, name in WORK:
        monkeypatch.setattr(import_module(f"globo.{module}"), name, reach)
    runner = import_module("globo.inference.calibrate").Runner
    monkeypatch.setattr(runner, "predict", reach)
    monkeypatch.setattr(simulation.Simulator, "begin", reach)
    monkeypatch.setitem(pool.MEMBERS, "simulator", reach)
    (tmp_path / "scenario.yaml").write_text("levers: {trust: 1}\n")
    return tmp_path


def tree():
    """Return every command as its words and its parameters."""
    found = {}
    for name, command in typer.main.get_command(app).commands.items():
        found[(name,)] = command.params
    for name, command in typer.main.get_command(facts_app).commands.items():
        found[("facts", name)] = command.params
    return found


def is_option(param):
    return param.opts[0].startswith("-")


def made(rng):
    """Return one command line: a command, some of its options, values of their kind or not."""
    words, params = rng.choice(list(tree().items()))
    line = list(words)
    for param in params:
        odd = rng.choice(NUMBERS if rng.random() < 0.5 else TEXTS)
        if not is_option(param):
            count = 1 if param.nargs == 1 else rng.randrange(3)
            line += [rng.choice((odd, "scenario.yaml", "coca_ha"))] * count * (rng.random() < 0.8)
        elif rng.random() < 0.3 and param.opts[0] not in ("--help", "--version"):
            line += [rng.choice(param.opts)] if param.is_flag else [rng.choice(param.opts), odd]
    if rng.random() < 0.1:
        line.insert(rng.randrange(len(line) + 1), rng.choice((*TEXTS, "--no-such", "-Z")))
    return line


def judge(line, capsys):
    """Run a command line; return what is wrong with its answer, "" where nothing is."""
    try:
        code = main(line)
    except Reached:
        capsys.readouterr()
        return ""
    except BaseException as error:
        return f"{line}: {type(error).__name__}: {error}"
    shown = capsys.readouterr()
    said = [one for one in shown.err.splitlines() if ", until " not in one]
    if code not in (0, 2) or "Traceback" in shown.err:
        return f"{line}: code {code}: {shown.err[-300:]}"
    if code == 2 and (len(said) != 1 or not said[0].startswith("globo: ") or len(said[0]) > 1500):
        return f"{line}: {len(said)} lines: {shown.err[-300:]}"
    if code == 2 and shown.out:
        return f"{line}: refused, and yet an answer: {shown.out[:100]}"
    return ""


def test_the_tree_holds_every_command_and_its_options():
    commands = tree()
    assert {("run",), ("facts", "list"), ("optimise",), ("calibrate",)} <= set(commands)
    options = [o for params in commands.values() for p in params if is_option(p) for o in p.opts]
    assert {"--seed", "--draws", "--as-of", "--cluster", "--n", "--rows"} <= set(options)


@pytest.mark.parametrize("block", range(10))
def test_a_hundred_made_command_lines_are_taken_or_refused_in_one_line(block, idle, capsys):
    rng = random.Random(block)
    wrong = [judge(made(rng), capsys) for _ in range(FAST // 10)]
    assert [one for one in wrong if one] == []


@pytest.mark.slow
@pytest.mark.parametrize("block", range(40))
def test_thousands_of_made_command_lines_are_taken_or_refused_in_one_line(block, idle, capsys):
    rng = random.Random(1000 + block)
    wrong = [judge(made(rng), capsys) for _ in range(SLOW // 40)]
    assert [one for one in wrong if one] == []


def test_every_whole_number_of_every_command_is_refused_where_it_is_none(idle, capsys):
    for words, params in tree().items():
        for param in params:
            if not is_option(param) or param.is_flag:
                continue
            kind = str(param.get_runtime_param().adapter.json_schema())
            if "integer" not in kind:
                continue
            for value in ("x", "1.5", "", "1e3", "nan"):
                assert main([*words, param.opts[0], value]) == 2, (words, param.opts, value)
                assert param.opts[0] in capsys.readouterr().err
