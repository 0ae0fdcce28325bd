"""Goals: read from the origins that they were set for, met or not, each by itself."""

import pandas as pd

from globo.scoring.goals import goals


def cells(**changes):
    """Twelve cells of two forecasters: own scores half of persistence's."""
    rows = []
    for origin, year in (("2012-09-26", 2013), ("2016-07-14", 2017)):
        for level in ("zone", "national", "district"):
            for name, crps in (("globo", 0.1), ("persistence", 0.2)):
                rows.append(
                    {"origin": origin, "level": level, "horizon": 1, "year": year, "crps": crps,
                     "forecaster": name, "last": 5.0, "observed": 7.0, "in80": True}
                )  # fmt: skip
    return pd.DataFrame(rows).assign(**changes)


def skills(used):
    rows = used[used["forecaster"] == "globo"].groupby(["level", "horizon"]).size().index
    return pd.DataFrame(list(rows), columns=["level", "horizon"]).assign(
        skill=0.07, to_persistence=0.5
    )


def told(table):
    return table.set_index("goal")["met"].to_dict()


def test_each_goal_stands_by_itself_and_says_whether_it_is_met():
    found = goals(cells(), "globo", skills)
    assert told(found) == {
        "skill against the best rival, district, 1 years": True,  # 0.07 of 0.05
        "skill against the best rival, zone, 1 years": False,  # of 0.10
        "CRPS to persistence, national, 1 years": True,
        "80 % intervals cover, district, 1 to 2 years": False,  # all of them: too wide
        "80 % intervals cover, national, 1 to 2 years": False,
        "80 % intervals cover, zone, 1 to 2 years": False,
    }
    reached = found.set_index("goal")["reached"]
    assert reached["CRPS to persistence, national, 1 years"] == 0.5


def test_origins_before_2013_meet_and_miss_no_goal():
    early = cells()
    early = early[early["origin"] < "2013"]
    assert goals(early, "globo", skills).empty


def test_targets_that_nobody_saw_have_goals_of_their_own():
    late = goals(cells(year=2022), "globo", skills)
    assert told(late)["skill, zone, 1 years, targets from 2021 on"] is False
    assert not any("2021" in goal for goal in goals(cells(), "globo", skills)["goal"])
