"""The page of `globo validate`: what matches, what does not, what is not in the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from globo.validation.experiments import HOME
from globo.validation.studies import GRADES
from globo.validation.validate import TOPICS

COMMAND = "globo validate --page"
HEADS = ("published", "quality", "model: median", "5 to 95 %", "share", "matches", "rows", "priors")
NONE = "–"
MOVED = 0.5  # of a median, from which another reading is told of
INTRO = """\
Others have measured what a measure moves: hectares by hectares cleared, the leaf price when the
air is closed, firms when they are hit. Here each of these effects stands beside what the model
does in a small experiment of the same kind, draw by draw against the baseline of the same luck.
Quality is the confidence of the rows in [the facts](facts.md); most are of Colombia, many are
before and after with no comparison, and none printed a confidence interval where it was read.

- **published**: from the lowest to the highest figure of the rows; a single figure is read a third
  either way; + or - where only the direction was published.
- **share**: of the draws that lie in the range, or have the sign.
- **matches**: *yes* where the median lies in the range or 80 % of the draws have the sign; *partly*
  where only the 90 % interval touches the range, or more than half of the draws have the sign, or
  more than a fifth of the draws leave the figure undefined; else *no*.
- **priors**: parameters whose prior was set in sight of the same rows. No published range enters
  the fit, but a match in such a row is no independent test.

Experiments, readings and ranges were fixed before the first run, and none was changed after it,
but that what others seize at sea counts as seized since the model has it; four responses came
later (closed routes, cheap coffee), fixed before they were run too. A wide model interval is
easily matched, and a narrow published one easily missed. Read the figures, not the count."""


def page(result: Mapping[str, Any], readings: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """Return the page in Markdown.

    Args:
        result: as `responses.validate` returns it, with `seed`.
        readings: the same under other readings of the unknowns, by name.
    """
    found, counts = result["responses"], result["counts"]
    clean = [one for one in found if not one["priors"]]
    matched = sum(one["matches"] == "yes" for one in clean)
    parts = [
        f"<!-- Made by `{COMMAND} > docs/validation.md` -->",
        "# Validation by responses",
        INTRO,
        f"{result['draws']} draws, seed {result['seed']}. Of {len(found)} responses "
        f"{counts['yes']} match, {counts['partly']} in part, {counts['no']} do not. Of the "
        f"{len(clean)} that no prior was set in sight of, {matched} match. {_by_grade(found)} "
        f"{_at_once(result['at_once'])}",
        "## Responses",
    ]
    for topic, title in TOPICS.items():
        rows = [one for one in found if one["topic"] == topic]
        if rows:
            parts += [f"### {topic}. {title}", table(("response", *HEADS), map(cells, rows))]
            parts += _notes(rows)
    parts += ["## What does not match", *_misses(found)]
    for name, other in (readings or {}).items():
        parts += [f"## Read as {name} have it", READ_AS, _counted(other)]
        parts += [table(*_read_otherwise(found, other["responses"]))]
    parts += ["## As a study would have come by it", ESTIMATED, table(*_estimates(result))]
    parts += ["## Both signs of displacement", DISPLACED, table(*_displaced(result))]
    parts += ["## Not in the model", table(("topic", "effect", "rows", "why"), _absent(result))]
    heads = ("study", "design", "applies", "why", "may inform a fit")
    parts += ["## The studies", table(heads, map(_study, found))]
    parts += ["## The experiments", table(("run", "what it changes"), _runs(result))]
    return "\n\n".join(parts)


ESTIMATED = """\
A response compares runs of one luck, which no study can. Here some are estimated as their studies
did, on the panel of a single simulated history a draw, with what such a design cannot rule out:
brigades go where coca grows. The figures stand beside the responses and change no count."""


READ_AS = """\
Surveys and studies pull apart on what growers do, and the posterior reads the surveys. Here the
same experiments are run with what `readings.csv` sets instead in every draw, all else fitted to
the same surveys again. Its values were taken from rows of topics 3 and 7, so that a match there is
no test; all others show what follows from them. Responses whose verdict is another, or whose
median moves by half:"""


DISPLACED = """\
Hectares that quiet districts gain for each 100 ha that brigades cleared more elsewhere; - where
they lose too. Near: within 60 km of a district cleared more. A frontier has less than 50 ha of
coca in the year before; native communities lie within 5 km of it on the mean, or farther. Runs are
those of the experiments below, *burst* two and *stick* five years on. Published: - near
(E003-E005), + far (E075, E152, E153)."""
PLACES = {
    "grown": "where coca stood",
    "frontier-native": "frontier, native communities near",
    "frontier-other": "frontier, none near",
}


def _by_grade(found: Sequence[Mapping[str, Any]]) -> str:
    """Say how many match of those that apply, and of those that no fit may ever see."""
    told = []
    kept = [one for one in found if one["applies"] != "not" and not one["fitted"]]
    groups = {grade: [one for one in found if one["applies"] == grade] for grade in GRADES}
    for name, group in {**groups, "held back from every fit": kept}.items():
        matched = sum(one["matches"] == "yes" for one in group)
        told.append(f"{name}: {matched} of {len(group)}")
    return f"By how far the source speaks of {HOME} now: {'; '.join(told)}."


def _counted(result: Mapping[str, Any]) -> str:
    """Say how many responses match under another reading."""
    counts = result["counts"]
    told = f"{counts['yes']} match, {counts['partly']} in part, {counts['no']} do not."
    return f"{told} {_by_grade(result['responses'])}"


def _read_otherwise(
    found: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[str], list[list[str]]]:
    """Return the responses that another reading moves, with both figures."""
    heads = ("topic", "response", "published", "surveys", "", "this reading", "5 to 95 %", "")
    by_name = {one["id"]: one for one in others}
    rows = []
    for one in found:
        other = by_name[one["id"]]
        before, after = one["model"]["p50"], other["model"]["p50"]
        moved = None not in (before, after) and abs(after - before) > MOVED * abs(before)
        if moved or one["matches"] != other["matches"]:
            said, new = cells(one), cells(other)
            rows.append([str(one["topic"]), *said[:2], said[3], said[6], *new[3:5], new[6]])
    return heads, rows


def _at_once(told: Mapping[str, float]) -> str:
    """Say how many of the responses that a fit may see one draw meets at once."""
    return (
        f"Of the {told['responses']} that a fit may see, one draw meets {told['p50']:.0f} at once "
        f"({told['p05']:.0f} to {told['p95']:.0f}), and {100 * told['share_of_draws']:.0f} % of "
        "the draws meet all."
    )


def cells(one: Mapping[str, Any]) -> list[str]:
    """Return a response as cells: name and unit, then those of `HEADS`."""
    model = one["model"]
    share = _share(one)
    if one["undefined"]:
        share += f" ({one['undefined']} undefined)"
    unit = "" if one["unit"] == "1" else f", {one['unit']}"
    return [
        f"{one['name']}{unit}",
        span(one["published"]),
        one["quality"],
        figure(model["p50"]),
        f"{figure(model['p05'])} to {figure(model['p95'])}",
        share,
        one["matches"],
        " ".join(one["rows"]),
        ", ".join(f"`{name}`" for name in one["priors"]) or NONE,
    ]


def _share(one: Mapping[str, Any]) -> str:
    """Write the share of draws that have the sign or lie in the range."""
    return NONE if one["share"] is None else f"{100 * one['share']:.0f} %"


def span(published: Mapping[str, float]) -> str:
    """Write a published range or sign."""
    if "sign" in published:
        return "+" if published["sign"] > 0 else "-"
    return f"{figure(published['low'])} to {figure(published['high'])}"


def figure(value: float | None) -> str:
    """Write a number with the digits that a reader needs."""
    if value is None:
        return NONE
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value + 0.0:,.{digits}f}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _notes(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    notes = [f"- {one['name']}: {_note_of(one)}" for one in rows if one["note"] or one["beside"]]
    return ["\n".join(notes)] if notes else []


def _note_of(one: Mapping[str, Any]) -> str:
    beside = f"See also {', '.join(one['beside'])}." if one["beside"] else ""
    return " ".join(text for text in (one["note"], beside) if text)


def _misses(found: Sequence[Mapping[str, Any]]) -> list[str]:
    missed = [one for one in found if one["matches"] != "yes"]
    lines = [
        f"- {'Partly' if one['matches'] == 'partly' else 'Not'}: {one['name']} "
        f"(topic {one['topic']}): model {figure(one['model']['p50'])} "
        f"({figure(one['model']['p05'])} to {figure(one['model']['p95'])}), published "
        f"{span(one['published'])}."
        for one in sorted(missed, key=lambda one: one["matches"] == "partly")
    ]
    return ["\n".join(lines) if lines else "Nothing in the table above."]


def _estimates(result: Mapping[str, Any]) -> tuple[Sequence[str], list[list[str]]]:
    heads = ("beside", "estimator", "published", "model: median", "5 to 95 %", "share", "rows")
    rows = [
        [
            f"`{one['beside']}`",
            one["what"],
            span(one),
            figure(one["p50"]),
            f"{figure(one['p05'])} to {figure(one['p95'])}",
            _share(one),
            " ".join(one["rows"]),
        ]
        for one in result["estimates"]
    ]
    return heads, rows


def _displaced(result: Mapping[str, Any]) -> tuple[Sequence[str], list[list[str]]]:
    heads = (
        "run",
        "distance",
        "place",
        "districts",
        "ha: median",
        "5 to 95 %",
        "draws with a gain",
    )
    rows = [
        [
            one["run"],
            one["distance"],
            PLACES[one["place"]],
            f"{one['districts']:.0f}",
            figure(one["p50"]),
            f"{figure(one['p05'])} to {figure(one['p95'])}",
            f"{100 * one['gains']:.0f} %",
        ]
        for one in result["displacement"]
    ]
    return heads, rows


def _absent(result: Mapping[str, Any]) -> list[list[str]]:
    return [
        [str(one["topic"]), one["what"], " ".join(one["rows"]), one["why"]]
        for one in sorted(result["absent"], key=lambda one: one["topic"])
    ]


def _study(one: Mapping[str, Any]) -> list[str]:
    may = "yes" if one["fitted"] else "never"
    return [f"`{one['id']}`", one["design"], one["applies"], one["why"], may]


def _runs(result: Mapping[str, Any]) -> list[list[str]]:
    return [[name, what] for name, what in result["experiments"].items()]
