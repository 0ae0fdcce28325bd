"""Two runs of one name keep apart: their folders, their reports, their rows of costs."""

from pathlib import Path
from types import SimpleNamespace

import globo
from globo.cli.costs import _named
from globo.cli.run import default_folder, free_folder


def test_two_scenarios_of_one_name_go_to_two_folders_and_find_them_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one, other = (
        globo.load_scenario({"name": "mine", "parameters": {"route_choice": value}})
        for value in (2.0, 3.0)
    )
    first = free_folder(one, 1)
    assert first == default_folder("mine", 1)
    first.mkdir(parents=True)
    (first / "scenario.yaml").write_text(one.to_yaml(), encoding="utf-8")
    second = free_folder(other, 1)
    assert second not in (first, free_folder(one, 2))
    assert (free_folder(one, 1), free_folder(other, 1)) == (first, second)


def test_costs_show_both_of_two_runs_of_one_name():
    runs = [SimpleNamespace(attrs={"scenario": name}) for name in ("a", "b", "a")]
    assert list(_named([Path("x"), Path("y"), Path("z")], runs)) == ["a (x)", "b", "a (z)"]
