"""Published effects that no response measures, and why. Nothing is skipped silently."""

from __future__ import annotations

from dataclasses import dataclass

from globo.validation.experiments import HOME


@dataclass(frozen=True)
class Absent:
    """A published effect without a counterpart in the model.

    Attributes:
        topic: number of the topic, 1 to 17.
        what: what was measured.
        rows: ids of the effects.
        why: why the model has no figure to set beside it.
    """

    topic: int
    what: str
    rows: tuple[str, ...]
    why: str


ABSENT = (
    Absent(1, "spraying: ranking against clearing by hand, share of plants killed, leaf lost on "
           "sprayed plots", ("E008", "E083", "E149"),
           f"{HOME} clears by hand only, and the model with it"),
    Absent(1, "answers of growers to a questionnaire on risk and reward",
           ("E054", "E055", "E056", "E057"),
           "an experiment with persons; the model has households in cohorts"),
    Absent(1, "area of a country before and after a whole programme", ("E009",),
           "the sum of many causes; no measure to put in"),
    Absent(2, "families that sign who lift their plants", ("E016",),
           "goes into the model as `agreement_kept`, so it cannot come out of it"),
    Absent(2, "plants lifted by agreement that came back on the same ground", ("E096", "E097"),
           "who is paid plants none in the model; these rows say under one in a hundred"),
    Absent(2, "area lifted in the first months of a programme", ("E017",),
           "a count of a programme, with no comparison"),
    Absent(2, "share of promised help that arrived", ("E021",),
           "a delay of one programme; the model's help arrives as paid for"),
    Absent(4, f"coca, work and violence in Colombia after {HOME}'s air was closed",
           ("E068", "E069"), "Colombia's area is given from outside"),
    Absent(5, "crops and families that programmes reached; thirty years of Thailand's poppy",
           ("E022", "E126", "E128"), "counts of a programme, with no comparison"),
    Absent(5, "a limited plot for each registered grower, kept by peers; bonds and control of a "
           "community", ("E023", "E024", "E025", "E074", "E114"),
           "no rule on plots and no peers who watch"),
    Absent(5, "eradication suspended by agreement", ("E115",),
           "it is the history that all runs share: the suspension goes in"),
    Absent(6, "certified coffee, by type of grower", ("E073",),
           "no certificates; types of households are not reported apart"),
    Absent(7, "a price of leaf at which fields are left or opened again", ("E118",),
           "the model's choice has no threshold"),
    Absent(7, "a jump of the leaf price on an expected shortage", ("E119",),
           "nobody foresees a shortage in the model"),
    Absent(7, "share of growers driven by hardship", ("E072",), "motives are not reported"),
    Absent(8, "killings downstream after seizures or a change of power, and along rivers after the "
           "air was closed", ("E026", "E027", "E041", "E134", "E135", "E146"),
           "violence between traffickers is not in the model, nor are towns on the way"),
    Absent(9, "seizures at the land border of the far market", ("E106",),
           "the model ends at wholesale, beyond that border"),
    Absent(10, "treatment of users against supply measures", ("E101", "E102"),
           "no users and no treatment; demand is a curve"),
    Absent(10, "a foreign programme's whole budget tripled; exports before and after it",
           ("E031", "E032"), "the sum of many measures in Colombia"),
    Absent(11, "number of users after a control of inputs; small laboratories of another drug",
           ("E037", "E038"), "no users, and another drug"),
    Absent(12, "killings after leaders are taken", ("E044", "E045", "E046"),
           "violence between traffickers is not in the model"),
    Absent(13, "health after spraying", ("E060", "E064"), "health is not in the model"),
    Absent(13, "schooling and child work", ("E063", "E066", "E067", "E070"),
           "schooling and age are not in the model"),
    Absent(13, "poverty after spraying", ("E062",),
           "spraying is not; income is reported, a poverty line is not"),
    Absent(13, "killings, and the share of them due to drugs", ("E010", "E065"),
           "only attacks of armed groups are in the model"),
    Absent(14, "response of demand to price", ("E050", "E051", "E052", "E053", "E132"),
           "goes into the model as the prior of `demand_elasticity`, so it cannot come out of it"),
    Absent(14, "leaf in the retail price; retail prices and shortages over the years",
           ("E142", "E143", "E144"), "the model ends at wholesale"),
    Absent(15, "forest lost for a hectare of coca, and coca's part of all forest loss",
           ("E076", "E077", "E078", "E080"),
           "how much new coca ground was forest comes from the map, not out of the model"),
    Absent(16, "income from coca in cash income, and against a minimum wage", ("E095", "E140"),
           "what growers earn beside coca is not reported apart, and no row tells a minimum wage"),
    Absent(16, "who lacks labour, wage work, day wages, days for a hectare, capital to begin",
           ("E110", "E136", "E137", "E138", "E139"), "hired labour is a cost, not a market"),
    Absent(16, "share of growers who make paste themselves", ("E094",),
           "growers sell leaf; firms make the rest"),
    Absent(17, "yearly income of Colombia's guerrilla", ("E093",),
           "another country's group; fees for a kilo are compared instead"),
    Absent(17, "leaf left unpicked when the taxing group goes", ("E150",),
           "goes into the model as the prior of `buyer_weight` and `buyer_power`; the armed "
           "groups of the model do not buy"),
)  # fmt: skip
