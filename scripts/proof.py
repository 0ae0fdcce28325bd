"""Print docs/proof.md: whether the calibration finds known parameters, near today's figures.

python scripts/proof.py [TRUTHS]
"""

import sys

import numpy as np

from globo.inference import Proof, prove_near
from globo.inference.proof import BAND, COVERAGES
from globo.model import parameters, posterior

TRUTHS, SEED = 200, 1
HEARD = 0.05  # share of the variance gone, from which a parameter's ranks say something
KINDS = {parameters.TRAIT: "zones' traits", parameters.LUCK: "luck of past years"}
OWN = "parameters"
HEAD = """<!-- Made by `python scripts/proof.py > docs/proof.md` -->

# Proof: does the calibration find known parameters near today's figures

Posterior simulation-based calibration (Säilynoja, Schmitt, Bürkner and Vehtari 2025). {truths}
members of the posterior that ships are truths: with luck of its own each makes all the figures that
the calibration uses, with their errors. From the other {others} members the smoother then has to
find it, given those figures besides the real ones. If it is sound, the rank of a truth among the
members that were moved is as likely to be any as any other, and intervals hold it as often as they
say. So it is asked where the real figures put the model, not in worlds that no survey ever saw.

What is asked is one assimilation of the smoother with its rules of reach and of chance; the fit
takes the real figures in six, and the choice of luck by the particle filter comes after it.
Only columns that the second set of figures taught say anything: members that are not moved
hold the truth as they did. **Taught** here means {heard:.0%} of the variance gone or more.
**Inside** is inside the {band:.0%} band of a uniform's ranks, the whole curve at once; of sound
columns {band:.0%} are.
"""
ROW = "| {} |"


def main(truths: int) -> int:
    """Print the page."""
    proof = prove_near(truths, SEED, told=lambda text: print(text, file=sys.stderr))
    others = f"{_members() - 1:,}"
    print(HEAD.format(truths=truths, others=others, heard=HEARD, band=BAND))
    heard = proof.gone() >= HEARD
    kinds = np.array([KINDS.get(name.partition(" ")[0], OWN) for name in proof.names])
    columns = [f"truth in {level:.0%}" for level in COVERAGES]
    head = ["", "columns", "taught", "variance gone, mean", "inside", *columns]
    print(ROW.format(" | ".join(head)))
    print("|---" * len(head) + "|")
    for kind in (OWN, *KINDS.values()):
        _line(kind, proof, kinds == kind, heard)
    _line("all", proof, kinds != "", heard)
    print(
        "\nShares are of all truths and taught columns: how often the interval holds the truth.\n"
    )
    _outside(proof.only(heard))
    return 0


def _members() -> int:
    kept = posterior.shipped()
    return 0 if kept is None else len(kept)


def _line(name: str, proof: Proof, kind: np.ndarray, heard: np.ndarray) -> None:
    at = kind & heard
    if not at.any():
        nothing = ["–"] * (2 + len(COVERAGES))
        print(ROW.format(" | ".join([name, str(kind.sum()), "0", *nothing])))
        return
    found = proof.only(at)
    covered = [f"{share:.1%}" for share in found.covered().values()]
    inside = f"{found.flat().sum()} of {at.sum()} ({found.flat().mean():.0%})"
    cells = [name, str(kind.sum()), str(at.sum()), f"{found.gone().mean():.0%}", inside, *covered]
    print(ROW.format(" | ".join(cells)))


def _outside(found: Proof) -> None:
    """Print the columns outside the band, with where their truths lie."""
    outside = found.only(~found.flat())
    if not outside.names:
        print("No taught column lies outside its band.")
        return
    print("Outside their band (a rank of 0.50 on average and 80 % in the interval are sound):\n")
    print("| column | variance gone | mean rank of the truth | truth in 80% |")
    print("|---|---|---|---|")
    within = (np.abs(outside.rank - 0.5) * 2.0 <= 0.8).mean(0)
    rows = zip(outside.names, outside.gone(), outside.rank.mean(0), within, strict=True)
    for name, gone, rank, share in sorted(rows, key=lambda row: -row[1]):
        print(f"| `{name}` | {gone:.0%} | {rank:.2f} | {share:.0%} |")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TRUTHS))
