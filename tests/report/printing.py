"""Print a page as a reader would, with the machine's own Chromium, and read the paper."""

import os
import re
import shutil
import subprocess

import pypdfium2
import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")


def printed(page, out):
    """Return the pages of a file as printed: a list of their texts, and the document."""
    profile = f"--user-data-dir={out.parent / 'profile'}"
    command = [CHROMIUM, *OPTIONS, profile, f"--print-to-pdf={out}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return opened(out.read_bytes())


def opened(content):
    """Return the texts of the pages of a PDF, and the document."""
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range() for page in document], document


def flat(text):
    """Return a text with every white space as one blank."""
    return re.sub(r"\s+", " ", text)


def ink_outside(page, edge=8.0):
    """Return how many dots are dark within `edge` points of the paper's sides."""
    image, n = page.render(scale=1.0, grayscale=True).to_numpy().squeeze(), int(edge)
    return int((image[:, :n] < 200).sum() + (image[:, -n:] < 200).sum())
