"""globo: a simulator of Peru's coca-to-cocaine economy under state pressure.

The whole public surface. `run` and `compare` are the two verbs; what they need is
imported when they are called, so that `import globo` is quick.

    base = globo.run(draws=16, seed=1, until="2017-12")
    push = globo.run("eradication_enters_vraem", draws=16, seed=1, until="2017-12")
    print(globo.compare(base, push))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr

    from globo import facts
    from globo.decisions import Comparison
    from globo.errors import UserError
    from globo.scenario import Scenario
    from globo.scenario import load as load_scenario

    __version__: str

__all__ = [
    "Comparison",
    "Scenario",
    "UserError",
    "__version__",
    "compare",
    "facts",
    "load_scenario",
    "open",
    "run",
]

DRAWS, SEED = 64, 1
_LAZY = {
    "Comparison": ("globo.decisions", "Comparison"),
    "Scenario": ("globo.scenario", "Scenario"),
    "UserError": ("globo.errors", "UserError"),
    "facts": ("globo.facts", ""),
    "load_scenario": ("globo.scenario", "load"),
}


def run(
    scenario: str | Path | Mapping[str, Any] | Scenario | None = None,
    *,
    draws: int | None = None,
    seed: int | None = None,
    until: str | None = None,
    country: str | None = None,
    out: str | Path | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    progress: bool = False,
    command: str = "",
    finish: Callable[[xr.Dataset, Path], None] | None = None,
) -> xr.Dataset:
    """Run a scenario: an ensemble of draws, month by month from January 2001.

    Two runs of the same seed share the luck of each draw, so that they can be
    compared draw by draw.

    Args:
        scenario: name of a shipped example, path of a YAML file, a mapping of the
            same form, or a scenario already loaded; None for the baseline.
        draws: size of the ensemble, 1 to 1,000,000; None takes the scenario's, else 64.
        seed: of all luck, 0 to 4,294,967,295; None takes the scenario's, else 1.
        until: last month, "YYYY-MM"; None takes the scenario's.
        country: whose world, where the scenario names none, such as "paper".
        out: run folder, where an interrupted run goes on; None keeps all in memory.
        jobs: workers on this machine; None takes every core.
        cluster: None for this machine, `local`, or the address of a Dask scheduler.
        progress: whether to show a bar on stderr.
        command: how the run was asked for, kept in its provenance.
        finish: writes further files (a report) into the folder it is given, before the
            run counts as finished.

    Returns:
        The results, one dataset; `variables.csv` says what it holds.

    Raises:
        UserError: input that cannot be used; says what is allowed.
    """
    from globo import bounds, environment

    draws = None if draws is None else bounds.draws(draws)
    seed = None if seed is None else bounds.seed(seed)
    folder = None if out is None else bounds.place("out", out)
    environment.ready(cluster)
    from globo import ensemble, simulation
    from globo.ensemble.cluster import address_of
    from globo.ensemble.local import usable_jobs
    from globo.scenario import load

    jobs, cluster = usable_jobs(jobs), address_of(cluster)
    loaded = load(scenario, until=until, country=country)
    draws = _first(draws, loaded.draws, DRAWS)
    seed = _first(seed, loaded.seed, SEED)
    plan, execute = simulation.plan(loaded, draws, seed, command)
    return ensemble.run_ensemble(plan, execute, folder, jobs, cluster, progress, finish)


def open(folder: str | Path) -> xr.Dataset:
    """Open the results of a finished run from its folder.

    Args:
        folder: where the run was written, as with `out` or `globo run --out`.

    Returns:
        The results, one dataset, as `run` returned them; a large run stays on the disk.

    Raises:
        UserError: no finished run stands there, or it is damaged.
    """
    from globo import bounds, ensemble

    return ensemble.open_run(bounds.place("folder", folder))


def compare(
    a: xr.Dataset | str | Path,
    b: xr.Dataset | str | Path,
    *,
    why: bool = False,
    all_orders: bool = False,
) -> Comparison:
    """Compare two runs draw by draw: what moves when A is changed into B.

    Args:
        a: results of a run, or its folder: what is compared with, usually the baseline.
        b: results of the other run, or its folder; same seed, places and years.
        why: split each change by the channel that it came through; runs the years in which the
            two differ again, some ten times.
        all_orders: average over all orders of the channels; far more runs.

    Returns:
        By zone and district the change in hectares with its interval and the probability
        of growth, the share that reappears elsewhere, and where it bulges; prints as a table.

    Raises:
        UserError: no finished run stands there, or the two cannot be compared.
    """
    from globo import decisions

    return decisions.compare(a, b, why, all_orders)


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)


def __getattr__(name: str) -> Any:
    """Import what is asked for by name when it is asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("globo")
    if name in _LAZY:
        module, attribute = _LAZY[name]
        found = import_module(module)
        return getattr(found, attribute) if attribute else found
    message = f"module 'globo' has no attribute '{name}'"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
