"""The hash of the code: what decides a number is in it, what a reader reads is not."""

import shutil
from pathlib import Path

import pytest

import globo
from globo.ensemble import code_hash

PACKAGE = Path(globo.__file__).parent
LEFT = shutil.ignore_patterns("page", "data", "__pycache__")


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Copy the package's code to a place where it can be changed."""
    return Path(shutil.copytree(PACKAGE, tmp_path_factory.mktemp("code") / "globo", ignore=LEFT))


def changed(package, path, old, new):
    """Whether the hash moves with a text of a file."""
    code_hash.cache_clear()
    before = code_hash(package=package)
    file = package / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    code_hash.cache_clear()
    after = code_hash(package=package)
    file.write_text(text, encoding="utf-8")
    return after != before


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("model/month.py", "s = do(markets, s)", "s = do(routes, s)"),
        ("model/mechanisms/growing.py", "1.0", "1.1"),
        ("model/parameters.csv", "share a month,0.06", "share a month,0.07"),
        ("countries/peru/modes.csv", "400,20,1.4", "401,20,1.4"),
        ("countries/peru/posterior.csv", "\n0.", "\n1."),
        ("countries/peru/country.toml", "46200", "46300"),
        ("model/levers.csv", "19000", "26000"),
        ("simulation/batches.py", "CHUNK_DRAWS", "CHUNKS"),
        ("scenario/differences.py", "2100-12", "2099-12"),
        ("facts/package.py", "import", "  import"),
        ("luck.py", "import", "  import"),
    ],
)
def test_a_change_of_what_decides_a_number_makes_other_code(package, path, old, new):
    assert changed(package, path, old, new)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("texts/es.json", "coca", "hoja de coca"),
        ("report/page.py", "import", "  import"),
        ("countries/peru/look/stories.json", "a", "e"),
        ("countries/peru/look/zones.csv", "orange", "blue"),
        ("countries/peru/benches/claims.toml", "A record area", "A large area"),
        ("model/parameters.csv", "households that reconsider", "families that reconsider"),
        ("model/levers.csv", "Coca cleared by hand", "Coca pulled out by hand"),
        ("model/variables.csv", "coca que cuenta", "la coca que cuenta"),
        ("countries/peru/posterior.csv", '"shipped": 256', '"shipped": 257'),
    ],
)
def test_a_word_that_a_reader_reads_makes_no_other_code(package, path, old, new):
    assert not changed(package, path, old, new)


def test_rooms_that_work_on_runs_are_told_apart_from_the_runs_code(package):
    code_hash.cache_clear()
    run, search = code_hash(package=package), code_hash("decisions", package=package)
    assert run != search
    (package / "decisions" / "compare.py").write_text("")
    code_hash.cache_clear()
    assert code_hash(package=package) == run
    assert code_hash("decisions", package=package) != search
