"""A search that is killed goes on from what the model said, to the same result."""

import json

import numpy as np
import pytest
from toy import PROBLEM, evaluate

from globo.decisions import optimise, sweep
from globo.decisions.portfolio.answers import StoredAnswers
from globo.errors import UserError

SMALL = {**PROBLEM, "runs": 60, "fresh_draws": 8, "discovery_draws": 40, "largest_front": 8}
LEVERS = [dict.fromkeys(PROBLEM["levers"], 1.0), dict.fromkeys(PROBLEM["levers"], 0.5)]
WORLDS = [{"draw": 0, "demand": 1.0}, {"draw": 1, "demand": 1.2}, {"draw": 2, "demand": 0.8}]


class Outage(Exception):
    """Ends a search in the middle."""


def dying(after):
    """Return a model that answers so many times, and the list of its answers."""
    answers = []

    def model(levers, worlds):
        if len(answers) == after:
            raise Outage
        answers.append(evaluate(levers, worlds))
        return answers[-1]

    return model, answers


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_killed_search_goes_on_to_the_same_result(tmp_path, after):
    whole, all_answers = dying(10**9)
    truth = optimise(SMALL, whole, seed=3)
    with pytest.raises(Outage):
        optimise(SMALL, dying(after)[0], seed=3, work=tmp_path)
    assert len(list(tmp_path.iterdir())) == after
    again, answers = dying(10**9)
    said = []
    found = optimise(SMALL, again, seed=3, work=tmp_path, say=said.append)
    as_text = [json.dumps({**one.to_json(), **one.details()}) for one in (truth, found)]
    assert as_text[0] == as_text[1]
    assert len(answers) == len(all_answers) - after
    assert any(line.startswith("went on from") for line in said)


def test_another_seed_or_other_code_is_never_answered_from_what_is_kept(tmp_path):
    for decides in ("code 1 seed 1", "code 2 seed 1", "code 1 seed 2"):
        model = StoredAnswers(evaluate, tmp_path, decides)
        model(LEVERS, WORLDS)
        assert model.n_known == 0
    model(LEVERS, WORLDS)
    assert model.n_known == 1
    model(LEVERS[:1], WORLDS)
    assert model.n_known == 1


@pytest.mark.parametrize("damage", ["empty", "torn", "words", "shape", "pickle", "link", "folder"])
def test_a_damaged_answer_is_asked_again(tmp_path, damage):
    truth = StoredAnswers(evaluate, tmp_path, "")(LEVERS, WORLDS)
    (path,) = tmp_path.iterdir()
    held = path.read_bytes()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "torn":
        path.write_bytes(held[: len(held) // 2])
    elif damage == "words":
        path.write_text("no array")
    elif damage == "shape":
        np.save(path, np.ones((1, 1, 2)))
    elif damage == "pickle":
        np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    elif damage == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.unlink()
        path.mkdir()
    model = StoredAnswers(evaluate, tmp_path, "")
    if damage == "folder":
        with pytest.raises(OSError, match="directory"):
            model(LEVERS, WORLDS)
        return
    np.testing.assert_array_equal(model(LEVERS, WORLDS), truth)
    assert model.n_known == 0
    if damage == "link":  # replaced, and what it pointed to is as it was
        assert not path.is_symlink()
        assert (tmp_path / "elsewhere").read_bytes() == held


def test_the_sweep_removes_answers_and_leaves_what_is_not_its_own(tmp_path):
    folder = tmp_path / "answers"
    StoredAnswers(evaluate, folder, "")(LEVERS, WORLDS)
    (folder / "mine.txt").write_text("keep")
    sweep(folder)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    (folder / "mine.txt").unlink()
    sweep(folder)
    assert not folder.exists()
    sweep(folder)  # nothing there is no trouble


def test_a_link_in_place_of_the_folder_is_refused_and_never_swept(tmp_path):
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "precious.npy").write_bytes(b"mine")
    (tmp_path / "answers").symlink_to(tmp_path / "victim")
    with pytest.raises(UserError, match="a link"):
        StoredAnswers(evaluate, tmp_path / "answers", "")
    sweep(tmp_path / "answers")
    assert (tmp_path / "victim" / "precious.npy").read_bytes() == b"mine"
