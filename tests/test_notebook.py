"""The notebook of examples/: executed on a small case, its answer checked, no outputs kept."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "examples"
SMALL = "MEMBERS = 32\nSTEPS = 1\nSEED = 1"
ASKED = """\
import json
print(json.dumps([len(kept), len(fits), fits, table.T.to_dict(), len(ax.collections)]))
others = np.delete(np.arange(members.shape[1]), at)
drawn = posterior.posterior_matrix(shipped, draws, SEED)
assert (members[:, others] == drawn[:, others]).all()
assert (members[:, at] != prior).any(axis=0).all()
"""
INTERVAL = re.compile(r"(\S+) \((\S+) to (\S+)\)")


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.name)
def test_a_notebook_keeps_no_outputs(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert cells
    for cell in cells:
        assert cell.outputs == []
        assert cell.execution_count is None


@pytest.mark.slow  # a kernel of its own, and a fit
def test_refitting_growing_runs_and_moves_its_two_numbers_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a command run in this process sets it
    notebook = read(FOLDER / "refit_growing.ipynb")
    (sizes,) = (c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    assert set(re.findall(r"^[A-Z]+", sizes.source, re.M)) == {"MEMBERS", "STEPS", "SEED"}
    sizes.source = SMALL
    notebook.cells.append(nbformat.v4.new_code_cell(ASKED))
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": tmp_path}}).execute()

    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert sum("image/png" in out.get("data", {}) for out in outputs) == 1
    assert [out for out in outputs if out.get("name") == "stderr"] == []
    figures, n_fits, fits, table, clouds = json.loads(outputs[-1].text)
    assert figures > 50
    assert n_fits == 2
    assert all(0 < fit < 20 for fit in fits)
    assert set(table) == {"practice_weight", "risk_weight"}
    assert clouds == 3
    for row in table.values():
        assert -0.05 < row["taught"] < 1
        for ensemble in ("prior", "refitted", "shipped"):
            mid, low, high = map(float, INTERVAL.fullmatch(row[ensemble]).groups())
            assert low < mid < high
    assert list(tmp_path.iterdir()) == []
