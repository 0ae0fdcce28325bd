"""The card of a district: its surveys with their sources."""

import pytest

from globo import facts
from globo.server.districts import district
from globo.server.evidence import NoPlace


def test_a_card_holds_every_survey_of_the_district_with_its_source_in_full():
    known = facts.load().coca_district
    code = known.ubigeo.value_counts().index[0]
    rows = known[known.ubigeo == code].sort_values("year")
    card = district(code, list(known.ubigeo.unique()))
    assert [row["value"] for row in card["surveys"]] == list(rows.coca_ha)
    assert all(row["publisher"] and row["title"] and row["known_at"] for row in card["surveys"])
    assert card["department"]
    assert card["province"]


def test_a_code_that_the_model_lacks_is_refused_with_the_nearest_one():
    with pytest.raises(NoPlace, match="10101") as caught:
        district("10101", ["010101", "250105"])
    assert "010101" in caught.value.mend
