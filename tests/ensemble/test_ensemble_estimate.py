"""An estimate is a measured slope: what it says of a run is what the run then takes."""

import pytest
from ensemble_toy import Toy, toy_plan

from globo.ensemble import estimate, run_ensemble
from globo.errors import UserError


def test_files_and_bytes_come_out_as_estimated(tmp_path):
    plan, members = toy_plan(1, chunk_draws=16), 310
    said = estimate(plan, Toy(7), members, jobs=1, disk=tmp_path)
    run_ensemble(toy_plan(members, chunk_draws=16), Toy(7), tmp_path / "a", jobs=1, progress=False)
    paths = [p for p in (tmp_path / "a").rglob("*") if p.is_file()]
    assert said.chunks == 20
    assert said.files == pytest.approx(len(paths), abs=1)
    assert said.bytes == pytest.approx(sum(p.stat().st_size for p in paths), rel=0.05)


def test_time_and_money_follow_the_slope(tmp_path):
    said = estimate(toy_plan(1), Toy(7, pause=1.0), 1_000_000, jobs=1, usd_per_core_hour=0.2)
    assert 0.4 <= said.seconds_a_member < 1.6  # half of the pause, and storing
    assert said.seconds == pytest.approx(said.seconds_to_start + 1e6 * said.seconds_a_member)
    assert said.core_hours == pytest.approx(said.seconds * said.cores / 3600)
    assert said.usd == pytest.approx(0.2 * said.core_hours)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("members", "price"), [(0, 0.05), (5, -1.0)])
def test_an_estimate_of_nothing_is_refused(members, price):
    with pytest.raises(UserError, match="or more"):
        estimate(toy_plan(), Toy(7), members, usd_per_core_hour=price)
