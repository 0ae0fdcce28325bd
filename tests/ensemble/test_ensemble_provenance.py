"""The provenance of a run folder is a valid RO-Crate of what stands there."""

import json
import platform
from importlib.metadata import version

import pytest
from ensemble_toy import Toy, toy_plan
from rocrate.rocrate import ROCrate

from globo.ensemble import open_run, run_ensemble


@pytest.fixture(scope="module")
def crate(tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "a"
    plan = toy_plan(5, reasons={3: "prices ran away"})
    finish = lambda ds, folder: (folder / "report.html").write_text("<p>ñandú</p>")  # noqa: E731
    run_ensemble(plan, Toy(7, failing=frozenset({4})), out, jobs=1, progress=False, finish=finish)
    graph = json.loads((out / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    return out, plan, {entity["@id"]: entity for entity in graph}


def references(value):
    """All ids that an entity points to."""
    if isinstance(value, dict):
        return [value["@id"]] if "@id" in value else []
    return [i for v in value for i in references(v)] if isinstance(value, list) else []


def test_the_root_says_what_the_standard_asks_for(crate):
    out, _, graph = crate
    text = json.loads((out / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    about = graph["ro-crate-metadata.json"]
    assert about["conformsTo"]["@id"] in text["@context"].replace("/context", "")
    root = graph[about["about"]["@id"]]
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license"} <= set(root)
    assert root["description"] == "5 draws from 2001-01 to 2003-12, 1 failed."


def test_it_lists_all_that_stands_there_and_nothing_else(crate):
    out, _, graph = crate
    listed = {part["@id"].rstrip("/") for part in graph["./"]["hasPart"]}
    assert listed == {p.name for p in out.iterdir()} - {"ro-crate-metadata.json"}
    for name in listed - {"results.zarr"}:
        assert graph[name]["contentSize"] == str((out / name).stat().st_size)


def test_every_reference_inside_leads_somewhere(crate):
    _, _, graph = crate
    pointed = {
        i for e in graph.values() for key, v in e.items() if key != "@id" for i in references(v)
    }
    assert {i for i in pointed if not i.startswith("http")} <= set(graph)


def test_the_run_is_told_with_its_inputs(crate):
    _, plan, graph = crate
    run = graph["#run"]
    assert run["name"] == "globo run toy"
    given = {graph[i]["name"]: graph[i]["value"] for i in references(run["object"]) if i[0] == "#"}
    assert given == {
        "seed": "7",
        "draws": "5",
        "from": "2001-01",
        "until": "2003-12",
        "facts": "0" * 12,
        "parameters": "prior",
        "key": plan.key,
        "failed-draws": '{"prices ran away": 1}',
    }


def test_the_standards_own_reader_opens_it(crate):
    out, _, _ = crate
    read = ROCrate(out)
    assert read.name == "globo run: toy"
    assert {e.id for e in read.data_entities} == {
        "results.zarr/",
        "ledger.sqlite",
        "report.html",
        "scenario.yaml",
        "summary.csv",
    }


def test_results_name_the_version_posterior_and_libraries_that_made_them(crate):
    out, plan, graph = crate
    stored = open_run(out).attrs
    assert stored["version"] == plan.version
    assert stored["parameters"] == plan.parameters
    made = [f"Python {platform.python_version()}"]
    made += [f"{name} {version(name)}" for name in ("jax", "jaxlib", "numpy", "pandas", "scipy")]
    assert stored["libraries"].startswith(", ".join(made))
    assert stored["libraries"] == plan.attrs()["libraries"]  # of memory and of the disk alike
    assert set(made[1:]) <= set(graph["#globo"]["softwareRequirements"])
