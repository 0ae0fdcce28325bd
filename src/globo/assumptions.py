"""Assumptions: which parameters set which reported number, found by tracing the month.

`assumptions.csv` is made by `python -m globo.assumptions`, and a test holds it to the model.
A parameter sets a number where it enters, within a month, what the month reports of it or
the fields of the state that it is read from; what works through later months is left out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from globo.model import parameters

TABLE = "assumptions.csv"
COLUMNS = ("variable", "mechanism", "parameter")
RECORD = "record"  # stands as mechanism where the reading of a number itself takes a parameter
INNER = (
    parameters.TRAIT,
    parameters.LUCK,
    parameters.CHANCE,
    *parameters.INNOVATIONS,
)  # luck, and no assumptions
Field = tuple[str, str]  # tree (parameters, state, policy, sums) and field of a leaf


@cache
def table() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return (mechanism, parameter) by reported variable, in the order of the month."""
    text = resources.files("globo").joinpath(TABLE).read_text(encoding="utf-8")
    found: dict[str, list[tuple[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["variable"], []).append((row["mechanism"], row["parameter"]))
    return {variable: tuple(rows) for variable, rows in found.items()}


def traced() -> tuple[list[tuple[str, str, str]], dict[str, set[str]]]:
    """Trace the month and the year's report.

    Returns:
        Rows of the table; and by mechanism (`record` among them) the parameters that it takes.
    """
    import jax
    import numpy as np

    from globo import simulation
    from globo.model import month as model
    from globo.model import record

    simulator = simulation.Simulator()
    months = simulator.months((), "2001-12")
    first = jax.tree.map(lambda x: x[0], months)
    members = simulator.begin(np.arange(1), first)
    p, s, key = jax.tree.map(lambda x: x[0], (members.p, members.s, members.keys))
    world = simulator.world
    tree = {"parameters": p.values, "state": s, "policy": first}
    steps, taken = {}, {}
    for name, step in zip(model.NAMES, model.STEPS, strict=True):

        def month(tree: dict[str, Any], step: Any = step) -> Any:
            new, said = step.step(
                type(p)(tree["parameters"]), world, tree["state"], tree["policy"], key
            )
            return {"state": new, "sums": said}

        steps[name], taken[name] = _sources(month, tree)
    sums = record.zeros(world)

    def year(tree: dict[str, Any]) -> Any:
        given = type(p)(tree["parameters"])
        return {"year": record.yearly(given, world, tree["state"], tree["policy"], tree["sums"])}

    read, taken[RECORD] = _sources(year, {**tree, "sums": sums})
    rows = [row for (_, variable), enter in read.items() for row in _rows(variable, enter, steps)]
    return rows, taken


def _rows(
    variable: str, enter: set[Field], steps: Mapping[str, Mapping[Field, set[Field]]]
) -> Iterable[tuple[str, str, str]]:
    """Yield the rows of a variable, given what its report is read from."""
    spent = {("sums", "spending_usd")} & enter
    for name, written in steps.items():
        set_by = {
            parameter
            for field, sources in written.items()
            if (field in enter or (spent and field[1].startswith("spent_")))
            and sources != {field}  # handed on as it was
            for tree, parameter in sources
            if tree == "parameters" and parameter not in INNER
        }
        yield from ((variable, name, parameter) for parameter in sorted(set_by))
    own = sorted(name for tree, name in enter if tree == "parameters" and name not in INNER)
    yield from ((variable, RECORD, parameter) for parameter in own)


def _sources(call: Any, tree: Any) -> tuple[dict[Field, set[Field]], set[str]]:
    """Return by leaf that comes out the leaves that it is made of, and the parameters used."""
    import jax

    traced = jax.make_jaxpr(call, return_shape=True)(tree)
    program, shape = traced[0].jaxpr, traced[1]
    names = [field(path) for path, _ in jax.tree_util.tree_flatten_with_path(tree)[0]]
    comes: dict[int, set[Field]] = {id(v): {n} for v, n in zip(program.invars, names, strict=True)}
    for equation in program.eqns:
        made_of = set().union(*(comes.get(id(v), set()) for v in equation.invars))
        comes |= {id(v): made_of for v in equation.outvars}
    leaves = [field(path) for path, _ in jax.tree_util.tree_flatten_with_path(shape)[0]]
    found: dict[Field, set[Field]] = {}
    for leaf, v in zip(leaves, program.outvars, strict=True):
        found.setdefault(leaf, set()).update(comes.get(id(v), set()))
    used = {id(v) for equation in program.eqns for v in equation.invars}
    pairs = zip(program.invars, names, strict=True)
    return found, {name for v, (kind, name) in pairs if kind == "parameters" and id(v) in used}


def field(path: tuple[Any, ...]) -> Field:
    """Return (tree, field) of a leaf; what lies deeper is joined by dots."""
    words = [str(getattr(k, "name", getattr(k, "key", getattr(k, "idx", "")))) for k in path]
    return words[0], ".".join(words[1:])


def as_csv(rows: Iterable[tuple[str, str, str]]) -> str:
    """Return the rows as the table ships."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


if __name__ == "__main__":
    Path(__file__).with_name(TABLE).write_text(as_csv(traced()[0]), encoding="utf-8")
