"""Read a report as a browser would: headings, ids, anchors, pictures, and what it would fetch."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

FETCHING = {"src", "srcset", "data", "poster", "action", "xlink:href", "href"}


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.text, self.lang = text, ""
        self.ids, self.anchors, self.outside, self.headings = [], [], [], []
        self.pictures, self.count, self.words = [], Counter(), []
        self._heading = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.count[tag] += 1
        if "scope" in found:
            self.count[f"{tag} scope={found['scope']}"] += 1
        self.lang = found.get("lang", self.lang)
        self.ids += [found["id"]] if "id" in found else []
        if tag == "svg" and found.get("role") == "img":
            self.pictures.append(found.get("aria-label", ""))
        if re.fullmatch("h[1-6]", tag):
            self._heading = [int(tag[1]), ""]
        for name, value in found.items():
            if name in ("href", "xlink:href") and (value or "").startswith("#"):
                self.anchors.append(value[1:])
            elif name in FETCHING and tag != "a" and not (value or "").startswith("data:"):
                self.outside.append((tag, name, value))
            self.outside += [(tag, name, url) for url in fetched(value or "")]

    def handle_endtag(self, tag):
        if self._heading and tag == f"h{self._heading[0]}":
            self.headings.append(tuple(self._heading))
            self._heading = None

    def handle_data(self, data):
        if self.lasttag not in ("style", "pre"):
            self.words.append(data)
        if self._heading:
            self._heading[1] += data
        if self.lasttag == "style":
            self.outside += [("style", "", url) for url in fetched(data)]
            self.outside += [("style", "", "@import")] if "@import" in data else []


def fetched(text):
    """List what `url(...)` in a style would ask for, references inside the page left out."""
    return [url for url in re.findall(r"url\(['\"]?([^)'\"]+)", text) if not url.startswith("#")]
