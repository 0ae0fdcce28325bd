import numpy as np
import orjson
import pytest
from small import ZONES, SmallEngine

from globo.decisions import compare
from globo.results.outcomes import outcomes
from globo.server import picture

YEARS = [2018, 2019, 2020]


@pytest.fixture(scope="module")
def base():
    return picture.arrays(SmallEngine().baseline().sel(year=YEARS))


@pytest.fixture(scope="module")
def past():
    return picture.arrays(SmallEngine().baseline().sel(year=[2016, 2017]))


def branch(budget, draws=range(40), start=2018):
    return picture.arrays(SmallEngine().run({"eradication_budget": budget}, start, draws))


def made(base, past, arrays):
    return picture.branch_picture(base, past, arrays, YEARS, 40)


def test_a_branch_that_changes_nothing_differs_by_nothing(base, past):
    sent = made(base, past, branch(1000.0))["arrays"]
    for name, array in sent.items():
        assert np.all(array["delta"] == 0), name
        assert np.all(array["up"] == 0.5), name


def test_a_difference_in_the_last_digits_is_none(base, past):
    arrays = {name: values * np.float32(1 + 3e-7) for name, values in base.items()}
    assert any(np.any(arrays[name] != values) for name, values in base.items())
    for name, array in made(base, past, arrays)["arrays"].items():
        assert np.all(array["delta"] == 0), name
        assert np.all(array["up"] == 0.5), name


def test_a_difference_within_the_rounding_of_the_largest_place_is_none(base, past):
    name = "coca_ha|zone"
    largest = base[name].max(axis=-1)
    here, there = ({name: base[name].copy()} for _ in range(2))
    here[name][..., 0], there[name][..., 0] = 1e-8 * largest, 3e-8 * largest
    told = made(base | here, past, base | there)["arrays"][name]
    assert np.all(np.reshape(told["up"], told["shape"][1:])[:, 0] == 0.5)
    there[name][..., 0] = 1e-4 * largest
    told = made(base | here, past, base | there)["arrays"][name]
    assert np.all(np.reshape(told["up"], told["shape"][1:])[:, 0] == 1.0)


def test_next_to_nothing_in_a_district_is_sent_as_nothing_but_kept_in_files(base, past):
    small = {name: values * np.float32(1e-5) for name, values in base.items()}
    level = made(base, past, small)["arrays"]["coca_ha|district"]["level"]
    assert np.all(level == 0)
    told = picture.branch_picture(base, past, small, YEARS, 40, digits=6)
    assert np.all(told["arrays"]["coca_ha|district"]["level"] > 0)


def test_a_first_picture_is_compared_with_draws_run_alike(base, past):
    few = {name: values[:8] * np.float32(1.01) for name, values in base.items()}
    told = picture.branch_picture(base, past, few, YEARS, 40, twins=few)["arrays"]["coca_ha|zone"]
    assert np.all(told["delta"] == 0)
    level = made(base, past, base)["arrays"]["coca_ha|zone"]["level"]
    np.testing.assert_array_equal(told["level"], level)


def test_the_difference_is_taken_draw_by_draw(base, past):
    sent = made(base, past, branch(1500.0))["arrays"]["coca_ha|zone"]
    delta = np.reshape(sent["delta"], (3, *sent["shape"][1:]))
    # 500 ha times the draw's size, 1.00 to 1.39, leave the first zone; half come to the third.
    np.testing.assert_allclose(delta[1, 0], [-500 * 1.195, 0, 250 * 1.195], rtol=1e-3)
    np.testing.assert_allclose(np.reshape(sent["up"], (3, 3))[0], [0.0, 0.5, 1.0])


def test_half_of_what_goes_appears_elsewhere(base, past):
    told = made(base, past, branch(1500.0))["bulge"]
    np.testing.assert_allclose(told["share"], 0.5, rtol=1e-2)
    assert (told["falls"], told["grows"]) == ([[0]] * 3, [[2]] * 3)


def test_next_to_nothing_gone_gives_no_share(base, past):
    told = made(base, past, branch(1010.0))["bulge"]
    assert np.isnan(told["share"]).all()
    assert told["falls"] == told["grows"] == [[], [], []]


def test_the_page_and_the_terminal_tell_one_difference(base, past):
    runs = [
        SmallEngine().baseline(),
        SmallEngine().run({"eradication_budget": 1500.0}, 2018, range(40)),
    ]
    covered = {"district_surveyed": ("district", [2019, 2001, 2001, 2001, 9999, 9999])}
    runs = [ds.assign_coords(covered).sel(year=YEARS) for ds in runs]
    runs[0].attrs |= {"from": "2018-01", "until": "2020-12"}
    runs[1].attrs |= {"from": "2018-01", "until": "2020-12"}
    sent = made(*(picture.arrays(runs[0]), past, picture.arrays(runs[1])))
    country = np.reshape(sent["arrays"]["coca_ha|country"]["delta"], (3, 3))
    for y, year in enumerate(YEARS):
        told = compare(*runs).to_json(year)
        share = np.reshape(sent["bulge"]["share"], (3, 3))[:, y]
        np.testing.assert_allclose(share, list(told["reappears"].values()), rtol=6e-3)
        named = [[ZONES[z] for z in sent["bulge"][key][y]] for key in ("falls", "grows")]
        assert named == [told["falls"], told["bulges"]]
        delta = list(told["national"]["delta_ha"].values())
        np.testing.assert_allclose(country[:, y], delta, rtol=1e-3)
        up = np.reshape(sent["arrays"]["coca_ha|zone"]["up"], (3, 3))[y]
        assert up.tolist() == [told["zones"][zone]["probability_up"] for zone in ZONES]


def test_few_draws_and_all_draws_agree_where_draws_differ_by_size_alone(base, past):
    few = made(base, past, branch(1500.0, range(8)))
    full = made(base, past, branch(1500.0))
    assert (few["draws"], full["draws"]) == (8, 40)
    for name in ("coca_ha|country", "leaf_t|country"):
        near = np.array(few["arrays"][name]["level"])
        np.testing.assert_allclose(near, full["arrays"][name]["level"], rtol=0.03)


def test_a_first_picture_of_nothing_changed_is_the_full_baseline(base, past):
    few = made(base, past, branch(1000.0, range(8)))["arrays"]["coca_ha|zone"]["level"]
    full = made(base, past, branch(1000.0))["arrays"]["coca_ha|zone"]["level"]
    np.testing.assert_array_equal(few, full)


def test_failed_draws_are_counted_and_left_out(base, past):
    run = SmallEngine().run({"eradication_budget": 1500.0}, 2018, range(40))
    run["status"][3] = 1
    run["coca_ha"][3] = 1e9
    told = made(base, past, picture.arrays(run))
    assert told["failed"] == 1
    assert max(told["arrays"]["coca_ha|country"]["level"]) < 1e6


def test_changes_over_five_years_reach_back_into_the_past(base, past):
    array = made(base, past, branch(1500.0, start=2020))["arrays"]["coca_ha|zone"]
    since = np.reshape(array["since"], (3, 3))
    np.testing.assert_allclose(since[:, 1], 0, atol=1e-6)
    np.testing.assert_allclose(since[:, 0], [0, 0, -500 * 1.195], rtol=1e-3)


def test_zones_add_up_to_districts_and_flows_that_leave_to_their_edges(base):
    np.testing.assert_allclose(base["coca_ha|zone"].sum(-1), base["coca_ha|district"].sum(-1))
    leaving = base["flow_t|edge"][..., 2:].sum(-1)
    np.testing.assert_allclose(base["flow_t|exit"].sum(-1), leaving)
    np.testing.assert_allclose(base["flow_t|mode"].sum(-1), leaving)


def test_every_measure_names_its_places_and_is_sent_in_shape(base, past):
    frame = picture.frame(SmallEngine().baseline())
    sent = orjson.loads(picture.dumps(made(base, past, branch(1500.0))))["arrays"]
    assert list(sent) == list(outcomes())
    for name, array in sent.items():
        lines, years, places = array["shape"]
        assert places == len(frame["places"][name.split("|")[1]]), name
        assert len(array["level"]) == lines * years * places, name
        assert len(array["up"]) == years * places, name


@pytest.mark.parametrize(("value", "rounded"), [(1234.56, 1235), (-0.00123456, -0.001235), (0, 0)])
def test_numbers_keep_four_significant_digits(value, rounded):
    assert picture.significant(np.array([value]))[0] == pytest.approx(rounded, rel=1e-12)
