"""Why two runs differ: parts add up, what does nothing has no part, and words say the numbers."""

import re
from itertools import permutations

import numpy as np
import pytest

from globo.decisions import reasons
from globo.decisions.why import at_middle, parts_of, split, why_of_parts
from globo.model.channels import NAMES

ZONES = ["Huallaga", "VRAEM"]
ORDER = ("brigades", "growers", "leaf", "hold")
BOTH_WAYS = [ORDER, ORDER[::-1]]


def game(alone, pairs, triples=None):
    """Return a value of sets of channels: what each is worth, and each two, and three, together."""
    terms = {(k,): v for k, v in alone.items()} | pairs | (triples or {})

    def value(moved):
        return np.float64(sum(v for names, v in terms.items() if moved >= set(names)))

    return value


ALONE = {"brigades": 40.0, "growers": -7.0, "leaf": 3.0, "hold": 0.5}
PAIRS = {("brigades", "growers"): -12.0, ("growers", "hold"): 4.0, ("leaf", "hold"): -1.0}


def test_parts_add_up_to_the_whole_less_nothing():
    value = game(ALONE, PAIRS, {("brigades", "growers", "leaf"): 5.0})
    parts = split(value, BOTH_WAYS)
    assert sum(parts.values()) == pytest.approx(value(set(ORDER)) - value(set()))


def test_where_channels_interact_two_by_two_both_ways_are_all_orders():
    both, every = (split(game(ALONE, PAIRS), o) for o in (BOTH_WAYS, [*permutations(ORDER)]))
    for name in ORDER:
        half = sum(v for names, v in PAIRS.items() if name in names) / 2
        assert both[name] == pytest.approx(ALONE[name] + half)
        assert every[name] == pytest.approx(both[name])


def test_where_three_interact_all_orders_share_alike_and_both_ways_do_not():
    three = ("brigades", "growers", "leaf")
    value = game({}, {}, {three: 6.0})
    assert [split(value, [*permutations(three)])[k] for k in three] == pytest.approx([2, 2, 2])
    assert [split(value, [three, three[::-1]])[k] for k in three] == pytest.approx([3, 0, 3])


class Fake:
    """Two sides of which coca is a sum over channels; some of their paths are the same.

    Each channel moves the place of its own number, and all of them the last one.
    """

    def __init__(self, live):
        self._live, self.asked = live, []

    def _coca(self, moved):
        area = np.zeros((2, 1, len(NAMES) + 1))
        for i, name in enumerate(NAMES):
            area[..., [i, -1]] += 10.0 * (i + 1) * (name in moved)
        return area

    def areas(self):
        return self._coca(()), self._coca(self._live) + 1.0

    def live(self):
        return self._live

    def area(self, moved):
        self.asked.append(moved)
        return self._coca(moved) + 1.0


def test_a_channel_whose_path_is_the_same_has_no_part_to_the_bit_and_costs_no_run():
    ready = Fake(("brigades", "growers", "leaf"))
    parts = parts_of(ready)
    for name in ("markets", "neighbours", "hold", "licit"):
        assert np.all(parts[NAMES.index(name)] == 0.0)
    assert np.all(parts[:3].sum(0)[..., -1] == 60.0)
    assert len(ready.asked) == len(set(ready.asked)) == 5  # none; two each way


def test_what_is_there_with_every_channel_held_is_left():
    for live in (("brigades",), ()):
        np.testing.assert_array_equal(parts_of(Fake(live))[-1], 1.0)


def test_parts_where_the_total_is_its_median_add_up_to_it():
    parts = np.random.default_rng(3).standard_t(3, (8, 41)) * np.arange(8)[:, None]
    parts[5] = 0.0
    middle = at_middle(parts)
    assert middle.sum() == pytest.approx(np.median(parts.sum(0)))
    assert middle[5] == 0.0
    assert at_middle(np.full((3, 4), 2.0)).tolist() == [2.0, 2.0, 2.0]


def parts(rows, n_draws=5):
    """Return a split of one year's change, alike in all draws but for a common factor."""
    made = np.zeros((len(NAMES) + 1, n_draws, 1, len(ZONES) + 1))
    size = np.linspace(0.8, 1.2, n_draws)
    for name, ha in rows.items():
        made[[*NAMES, "left"].index(name), :, 0, :] = (size * ha)[:, None]
    draws = np.arange(n_draws)
    return why_of_parts([(made, 9)], draws, draws, ZONES, np.array([2024, 2025]), 2025)


HUALLAGA = {"brigades": 3700.0, "growers": 900.0, "leaf": 250.0, "hold": -40.0, "licit": -10.0}


def test_the_sentence_says_what_brings_the_change_and_what_goes_against_it():
    places = parts(HUALLAGA | {"markets": -600.0}).at(2025)
    english, spanish = (reasons.sentence("Huallaga", places["Huallaga"], x) for x in ("en", "es"))
    assert english == (
        "Of 4,200 ha more in the Huallaga: 3,700 because brigades clear less there, 900 because"
        " more growers moved there and 250 because buyers pay more for its leaf; against that, 600"
        " because markets and corridors pay less for its product and 50 for smaller reasons."
    )
    assert spanish.startswith("De 4,200 ha más en el Huallaga: 3,700 porque las brigadas erradican")
    assert re.findall(r"[\d,]+\d", english) == re.findall(r"[\d,]+\d", spanish)


def test_growers_move_within_the_country_and_none_moves_to_it():
    places = parts({"growers": -800.0, "leaf": -5.0}).at(2025)
    told = [reasons.sentence("Peru", places["Peru"], lang) for lang in ("en", "es")]
    assert told == [
        "Of 805 ha less in Peru: 800 because fewer growers driven out start coca in new places.",
        "De 805 ha menos en el Perú: 800 porque menos cultivadores desplazados empiezan coca en"
        " lugares nuevos.",
    ]


def test_less_coca_is_told_by_what_takes_it():
    places = parts({"brigades": -800.0, "markets": 60.0}).at(2025)
    told = reasons.sentence("VRAEM", places["VRAEM"], "en")
    assert told == (
        "Of 740 ha less in the VRAEM: 800 because brigades clear more there; against that, 60"
        " because markets and corridors pay more for its product."
    )


def test_the_table_holds_the_channels_that_give_something_and_adds_up():
    rows = reasons.rows(parts(HUALLAGA).at(2025), "en")
    assert rows[0][2:] == ("brigades", "growers", "price: leaf", "hold and trust", "licit crops")
    numbers = [int(cell.replace(",", "")) for cell in rows[1][1:]]
    assert numbers[0] == sum(numbers[1:]) == 4800


def test_years_before_the_policies_part_have_no_parts():
    found = parts(HUALLAGA)
    assert found.first == 2025
    assert float(abs(found.parts.sel(year=2024)).max()) == 0.0
    assert reasons.sentences(found.at(2024), "en") == []


def test_a_draw_that_failed_in_a_run_is_left_out_of_all():
    made = np.ones((len(NAMES) + 1, 3, 1, len(ZONES) + 1))
    made[2, 1] = np.nan
    draws = np.arange(3)
    found = why_of_parts([(made, 1)], draws, draws, ZONES, np.array([2025]), 2025)
    assert found.parts["draw"].values.tolist() == [0, 2]
