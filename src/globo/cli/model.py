"""`globo model`: the month as a table, read off the steps themselves.

What a step reads and writes is found by tracing it, not by asking its docstring; its
time is that of the step compiled alone over a few draws.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Annotated, Any

import typer

from globo.cli import options
from globo.cli.output import answer_alone, print_json, print_table
from globo.texts.terminal import say

ROUNDS = 5  # a step's time is the least of these
UNTIL = "2012-12"  # the month that is looked at, after years that filled every stock


Parameters = Annotated[
    bool,
    typer.Option("--parameters", help="Print the table of parameters, as in docs/parameters.md."),
]
HEAD = """<!-- Made by `globo model --parameters > docs/parameters.md` -->

# Parameters

Each number that the model's formulas take, by mechanism (docs/odd.md explains the formulas).
The table is `src/globo/model/parameters.csv`; loader, priors and help texts read the same file.

- **default**: the median of the prior; what `globo.model.parameters.defaults()` returns.
- **prior**: `lognormal` and `normal` with the standard deviation given, in logs or in the unit;
  `logitnormal` with it in logits of the place within the range; `uniform` over the range; `fixed`
  for what is not varied. All are cut off at the range.
- **posterior**: median and 90 % interval of the members that ship (docs/inference.md).
- **taught**: 1 less the ratio of variances, posterior over prior; 0 % stayed at its prior.
- **source**: rows of the facts (docs/facts.md: E... an effect, "chain" the chain table), a
  publication, or *assumed*, which is what it says. Known at: the day from which one could know it.

Where a calibrated posterior ships, draws come from it; the prior is where it started. Any
parameter can be fixed in a scenario (`parameters: {name: number}`).

[Constants](#constants), the same in every draw, stand at the end.
"""
CONSTANTS = """
## Constants

Numbers that no draw varies, by the file that takes them: those of the model
(`src/globo/model/constants.csv`) and the errors that the fit gives its figures
(`src/globo/inference/errors.csv`). The range is where the number could be meant.

| name | meaning | unit | value | range | source | files |
|---|---|---|---|---|---|---|
"""


def model(
    as_json: options.Json = False,
    parameters: Parameters = False,
    lang: options.Lang = None,  # noqa: ARG001  (read from the words of the command)
) -> None:
    """Print the month: steps in order, what each reads and writes, its share of the time.

    Each step is one file of src/globo/model/mechanisms; a scenario can switch it off by name
    (off: [relocation]), to see what of an outcome it makes.
    """
    if not parameters:
        print_month(as_json)
    elif as_json:
        from dataclasses import asdict

        from globo.model.parameters import table

        print_json({"parameters": [asdict(row) for row in table().values()]})
    else:
        typer.echo(parameters_page(), nl=False)


def parameters_page() -> str:
    """Return docs/parameters.md: every parameter by mechanism, with unit, prior and source."""
    from globo.model.parameters import table

    rows = table().values()
    learnt = learnt_figures()
    parts = [HEAD]
    for mechanism in dict.fromkeys(row.mechanism for row in rows):
        parts.append(f"\n## {mechanism.replace('_', ' ').capitalize()}\n\n")
        parts.append(
            "| name | meaning | unit | default | prior | posterior | taught | range | source "
            "| known at |\n"
        )
        parts.append("|---|---|---|---|---|---|---|---|---|---|\n")
        for r in rows:
            if r.mechanism != mechanism:
                continue
            prior = r.prior if r.prior in ("fixed", "uniform") else f"{r.prior} {r.spread:g}"
            cells = (
                f"`{r.name}`", r.meaning, r.unit, _figure(r.default), prior,
                *learnt.get(r.name, ("", "")),
                f"{_figure(r.low)} to {_figure(r.high)}", r.source, r.known_at,
            )  # fmt: skip
            parts.append("| " + " | ".join(cells) + " |\n")
    return "".join([*parts, CONSTANTS, *_constant_lines()])


def _constant_lines() -> Iterator[str]:
    """Yield a line of the page for each constant."""
    from globo.inference.targets import errors
    from globo.model.constants import constants

    for r in (*constants.rows().values(), *errors.rows().values()):
        limits = f"{_figure(r.low)} to {_figure(r.high)}"
        cells = (f"`{r.name}`", r.meaning, r.unit, _figure(r.value), limits, r.source)
        yield "| " + " | ".join([*cells, ", ".join(r.files)]) + " |\n"


def learnt_figures() -> dict[str, tuple[str, str]]:
    """Return by free parameter its posterior (median, 90 % interval) and how much was taught."""
    import numpy as np

    from globo.model import parameters, posterior

    members, rows = posterior.shipped(), parameters.table()
    if members is None:
        return {}
    found = {}
    for name, z in zip(posterior.columns(), members.T, strict=False):
        if name in rows:
            low, mid, high = np.quantile(parameters.from_normal(rows[name], z), [0.05, 0.5, 0.95])
            # normals have a variance of one before anything is taught
            taught = max(0.0, 1.0 - float(z.var()))
            found[name] = (f"{mid:.3g} ({low:.3g} to {high:.3g})", f"{taught:.0%}")
    return found


def _figure(x: float) -> str:
    """Print a number in full, with commas from ten thousand on."""
    return f"{x:,.0f}" if abs(x) >= 10_000 else f"{x:g}"


def print_month(as_json: bool) -> None:
    """Print the steps of a month."""
    with answer_alone():
        found = steps()
    if as_json:
        print_json({"steps": found})
        return
    rows = [
        [
            str(step["step"]),
            f"{step['name']}: {step['what']}",
            " ".join(step["reads"]),
            " ".join(step["writes"]),
            f"{step['share']:.0%}",
        ]
        for step in found
    ]
    heads = [say(f"model.{head}") for head in ("step", "reads", "writes", "time")]
    print_table(say("model.title"), ["", *heads], rows, texts=(1, 2, 3))
    ms = f"{sum(step['ms'] for step in found):.1f}"
    print(say("model.end", ms=ms, draws=found[0]["draws"]))


def steps() -> list[dict[str, Any]]:
    """Return the steps of a month, in order.

    Returns:
        For each its number, `name`, `what` it does, the fields of state and policy that it
        `reads`, those of the state that it `writes`, the `parameters` it uses, `ms` a month
        of `draws` draws, and its `share` of the time of all.
    """
    import jax
    import numpy as np

    from globo import ensemble, simulation
    from globo.model import month as composed

    simulator = simulation.Simulator()
    months = simulator.months((), UNTIL)
    members = simulator.begin(np.arange(ensemble.CHUNK_DRAWS), _at(months, 0))
    members, _ = simulator.advance(members, months)
    now = _at(months, -1)
    found = []
    for i, step in enumerate(composed.STEPS):
        p, s, key = (_at(tree, 0) for tree in (members.p, members.s, members.keys))
        known = _traced(step, p, simulator.world, s, now, key)
        each = jax.jit(jax.vmap(step.step, in_axes=(0, None, 0, None, 0)))
        ms = _least_ms(
            lambda each=each: each(members.p, simulator.world, members.s, now, members.keys)
        )
        what = " ".join((step.__doc__ or "").partition("\n\n")[0].split()).partition(". ")[0]
        head = {
            "step": i + 1,
            "name": composed.NAMES[i],
            "what": what.partition(": ")[2].rstrip("."),
        }
        found.append({**head, **known, "ms": ms, "draws": len(members.draws)})
    whole = sum(row["ms"] for row in found)
    return [{**row, "ms": round(row["ms"], 3), "share": row["ms"] / whole} for row in found]


def _at(tree: Any, i: int) -> Any:
    """Return the i-th of everything along the first axis."""
    import jax

    return jax.tree.map(lambda x: x[i], tree)


def _traced(step: ModuleType, *given: Any) -> dict[str, list[str]]:
    """Return what a step reads and writes, found by tracing it.

    A field is read where one of the step's operations takes it, and written where what
    comes out is not what went in.
    """
    import jax

    p, world, s, policy, key = given
    tree = {"parameters": p.values, "state": s, "policy": policy}

    def flat(tree: dict[str, Any]) -> Any:
        new, _ = step.step(type(p)(tree["parameters"]), world, tree["state"], tree["policy"], key)
        return new

    program = jax.make_jaxpr(flat)(tree).jaxpr
    from globo.assumptions import field

    names = [field(path) for path, _ in jax.tree_util.tree_flatten_with_path(tree)[0]]
    used = {id(v) for equation in program.eqns for v in equation.invars}
    enter = dict(zip(names, program.invars, strict=True))
    fields = [field(path) for path, _ in jax.tree_util.tree_flatten_with_path({"state": s})[0]]
    left = dict(zip(fields, program.outvars, strict=True))
    read = [name for name, v in enter.items() if id(v) in used]
    of = {kind: [n for k, n in read if k == kind] for kind in tree}
    return {
        "reads": _once(of["state"] + [f"policy.{name}" for name in of["policy"]]),
        "writes": _once([n for (_, n), v in left.items() if v is not enter["state", n]]),
        "parameters": _once(of["parameters"]),
    }


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _least_ms(call: Callable[[], Any]) -> float:
    """Return the least time of some calls, ms; the first compiles and does not count."""
    import jax

    jax.block_until_ready(call())
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        jax.block_until_ready(call())
        times.append(1000.0 * (time.perf_counter() - began))
    return min(times)
