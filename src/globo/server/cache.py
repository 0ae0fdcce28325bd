"""Answers already made, by content, up to a number of bytes; the least used go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from hashlib import sha256
from typing import Any

import orjson

MEBIBYTE = 2**20


def key_of(**parts: Any) -> str:
    """Return the SHA-256 of what an answer depends on."""
    return sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Cache:
    """Bytes by key, bounded.

    Args:
        limit: bytes kept at most.
    """

    def __init__(self, limit: int = 64 * MEBIBYTE) -> None:  # noqa: D107  (said above)
        self._limit, self._size = limit, 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """Return an answer and count it as used."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, answer: bytes) -> None:
        """Keep an answer; one larger than the limit is not kept."""
        with self._lock:
            if key in self._kept or len(answer) > self._limit:
                return
            self._kept[key] = answer
            self._size += len(answer)
            while self._size > self._limit:
                self._size -= len(self._kept.popitem(last=False)[1])

    @property
    def size(self) -> int:
        """Bytes kept."""
        return self._size
