"""Evidence: the rows behind a number, near before far, with what disagrees."""

import pytest

from globo import facts
from globo.errors import UserError


def test_sources_that_disagree_stand_side_by_side():
    rows = facts.evidence_for("exit_share", "VRAEM")
    assert sorted(rows.value) == [40, 90, 90]
    assert (rows.low.min(), rows.high.max()) == (30, 50)
    assert rows.disagreement.unique().tolist() == ["How much of the VRAEM cocaine leaves by air?"]
    assert (rows[["title_es", "publisher_es", "title_en", "publisher_en", "access"]] != "").all(
        None
    )


@pytest.mark.parametrize(
    ("dispute", "least"),
    [
        ("exit_shares", 8),
        ("air_share_vraem", 3),
        ("total_cocaine", 30),
        ("flights", 8),
        ("armed_strength", 5),
        ("leaf_price_bases", 12),
    ],
)
def test_the_known_disagreements_are_kept(dispute, least):
    rows = facts.figures(facts.load())
    rows = rows[rows.dispute == dispute]
    assert len(rows) >= least
    assert rows.source.nunique() > 1


def test_a_result_is_backed_by_every_quantity_behind_it():
    rows = facts.evidence_for("seized_t", "Peru")
    assert {"base_seized_kg", "hcl_seized_kg", "cocaine_seized_t"} <= set(rows.quantity)


def test_the_very_name_comes_first_and_years_in_order():
    rows = facts.evidence_for("leaf_price_usd_kg", "Peru")
    own = rows.quantity == "leaf_price_usd_kg"
    assert not own[own.argmin() :].any()
    assert rows[own].year.is_monotonic_increasing


def test_own_rows_come_before_those_within_and_around():
    assert set(facts.evidence_for("coca_ha", "Putumayo").place) == {"Putumayo"}
    assert set(facts.evidence_for("coca_ha", "250101").place) == {"250101"}
    within = facts.evidence_for("wholesale_price_usd_kg", "Asia-Oceania")
    assert set(within.place) <= {"Asia", "Oceania", "Australia"}
    assert len(within)
    around = facts.evidence_for("legal_leaf_t", "Putumayo")
    assert set(around.place) == {"Peru"}


def test_an_exit_is_backed_by_what_is_known_of_its_country():
    rows = facts.evidence_for("flow_t", "Bolivia air")
    assert "exit_share" in set(rows.quantity)
    assert ((rows.to == "Bolivia") | (rows.place == "Bolivia")).all()


def test_effects_stand_behind_what_has_no_figure_of_its_own():
    assert set(facts.evidence_for("legitimacy").table) == {"effects"}
    assert len(facts.evidence_for("replanting")) >= 1


def test_nothing_published_is_an_empty_answer():
    assert facts.evidence_for("flow_t", "Arica").empty


def test_evidence_keeps_to_the_day():
    then = facts.load("2012-12-31")
    rows = facts.evidence_for("cocaine_t", "Peru", then)
    assert rows.known_at.max() <= then.as_of
    assert 0 < len(rows) < len(facts.evidence_for("cocaine_t", "Peru"))


def test_the_residual_has_a_row_a_year():
    rows = facts.evidence_for("outside_ha", "Peru")
    assert rows.year.tolist() == list(range(2012, 2021))
    assert rows.value.iloc[0] == 2717


def test_a_range_keeps_its_ends_and_what_was_printed():
    rows = facts.load().chain.set_index("id")
    light = rows.loc["C0218"]
    assert (light.low, light.value, light.high, light.value_printed) == (30, 40, 50, "30-50")
    split = rows.loc[["C0264a", "C0264b", "C0264c"]]
    assert split.value.tolist() == [180, 120, 20]
    assert split["mode"].tolist() == ["air", "sea", "land"]
    assert set(split.value_printed) == {"180 / 120 / 20"}


@pytest.mark.parametrize(
    ("name", "place", "nearest"),
    [
        ("coca_hectares", None, "coca_ha"),
        ("coca_ha", "Vraem", "VRAEM"),
        ("coca_ha", "Putumallo", "Putumayo"),
    ],
)
def test_an_unknown_name_gives_the_nearest(name, place, nearest):
    with pytest.raises(UserError, match=f"did you mean '{nearest}'"):
        facts.evidence_for(name, place)
