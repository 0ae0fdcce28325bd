"""Files: where a user's path may point, and writing there whole or not at all.

The one helper of all that writes: a path is looked at before the work, a file is written beside
its place and moved there. Modes are those of the umask, or of the file replaced; a symlink keeps
pointing where it did and its target is written. Reading of foreign folders opens plain files alone.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from globo.errors import UserError

MOST_FOLDERS = 200
NAME_BYTES = 255
DRAFT = ".partial"
# Flags of opening that follow no symlink and wait for no pipe; Windows knows neither.
PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symlink",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def target(path: Path | str, where: str = "--out") -> Path:
    """Return the file that a path stands for, after looking whether it can be written.

    Args:
        path: as the user gave it.
        where: option or argument that it came from.

    Raises:
        UserError: no path, a folder, a device, or a place that cannot be written.
    """
    file = _resolved(path, where)
    kind = _kind(file)
    if kind not in (None, stat.S_IFREG):
        found = f"{path} is {KINDS.get(kind, 'no file')}"
        raise UserError(where, found, "a file", "name a file in a folder")
    _check_parent(file.parent, where)
    return file


def target_folder(path: Path | str, where: str = "--out") -> Path:
    """Return the folder that a path stands for, after looking whether it can be made or filled.

    Raises:
        UserError: no path, a file, a device, or a place that cannot be written.
    """
    folder = _resolved(path, where)
    _check_parent(folder, where)
    return folder


def write_whole(path: Path | str, write: Callable[[Path], None], where: str = "") -> Path:
    """Write a file beside its place and move it there, so that no half of it is ever seen.

    Args:
        path: the file; its folder is made where it is missing.
        write: writes to the path it is given.
        where: what the path is called in messages; the path itself where empty.

    Returns:
        The file written: the target where the path is a symlink.

    Raises:
        UserError: the place cannot be written.
    """
    file = target(path, where or str(path))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        put(file, write)
    except OSError as error:
        found = f"cannot be written ({error.strerror or type(error).__name__})"
        mend = "choose another place with --out"
        allowed = "a file in a folder that can be written"
        raise UserError(str(path), found, allowed, mend) from error
    return file


def write_text(path: Path | str, text: str, where: str = "") -> Path:
    """Write a text file whole or not at all; see `write_whole`."""
    return write_whole(path, lambda draft: _plain_text(draft, text), where)


def write_bytes(path: Path | str, content: bytes, where: str = "") -> Path:
    """Write a file of bytes whole or not at all; see `write_whole`."""
    return write_whole(path, lambda draft: _filled(draft, content), where)


def put(file: Path, write: Callable[[Path], None]) -> None:
    """Write a file of a folder of our own beside its place, and move it there once it is safe.

    The content is on the disk before the name is, so that a power cut leaves the old or the new.

    Raises:
        OSError: as the system says it; the draft is gone.
    """
    stem = file.name.encode()[: NAME_BYTES - 40].decode(errors="ignore")
    draft = file.with_name(f".{stem}-{secrets.token_hex(4)}{DRAFT}")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))  # the umask's mode
        if _kind(file) == stat.S_IFREG:
            os.chmod(draft, stat.S_IMODE(os.stat(file, follow_symlinks=False).st_mode))
        write(draft)
        synced(draft)
        os.replace(draft, file)
        synced(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def put_text(file: Path, text: str) -> None:
    """Write a text file of a folder of our own; see `put`."""
    put(file, lambda draft: _plain_text(draft, text))


def put_bytes(file: Path, content: bytes) -> None:
    """Write a file of a folder of our own; see `put`."""
    put(file, lambda draft: _filled(draft, content))


def synced(path: Path) -> None:
    """Wait until a file or a folder's list of names is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems know no such thing for a folder
            os.fsync(handle)
    finally:
        os.close(handle)


def synced_all(folder: Path) -> None:
    """Wait until all that stands in a folder is on the disk: one call where the system has it."""
    syncfs = getattr(ctypes.CDLL(None), "syncfs", None) if os.name == "posix" else None
    if syncfs is not None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            if syncfs(handle) == 0:
                return
        finally:
            os.close(handle)
    for place, _, names in os.walk(folder):
        for path in [*(Path(place, name) for name in names), Path(place)]:
            synced(path)


def read_plain(path: Path) -> bytes:
    """Return the content of a plain file; a symlink, a pipe or a device is refused, not opened.

    Raises:
        OSError: it is not there, cannot be read, or is no plain file.
    """
    handle = os.open(path, os.O_RDONLY | PLAIN)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            message = "is no plain file"
            raise OSError(0, message, str(path))
        return file.read()


def odd_part(path: Path) -> str:
    """Return what is odd in a file or folder of a run: anything but plain files and folders.

    Args:
        path: looked at with all that lies in it; symlinks are not followed.

    Returns:
        The first odd one with its kind, "" where there is none or nothing stands there.
    """
    kind = _kind(path)
    if kind in (None, stat.S_IFREG):
        return ""
    if kind != stat.S_IFDIR:
        return f"{path.name} is {KINDS.get(kind, 'no file')}"
    with os.scandir(path) as parts:
        for part in parts:
            if part.is_file(follow_symlinks=False):
                continue
            if odd := odd_part(Path(part.path)):
                return f"{path.name}/{odd}"
    return ""


def _resolved(path: Path | str, where: str) -> Path:
    text, mend = os.fspath(path), "name a place of its own, such as runs/mine"
    shown = ascii(text)[:80]
    if text.strip() in ("", "."):
        raise UserError(where, "no place named", "a path", mend)
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in text):
        raise UserError(where, f"{shown}, with odd bytes", "a path of readable letters", mend)
    too_long = max(len(part.encode()) for part in Path(text).parts) > NAME_BYTES
    if too_long or len(Path(text).parts) > MOST_FOLDERS:
        found = f"a path of {len(Path(text).parts):,} levels, {len(text):,} letters"
        allowed = f"{MOST_FOLDERS} levels, {NAME_BYTES} bytes a name"
        raise UserError(where, found, allowed, "choose a shorter one")
    if text.startswith("~"):
        text = os.path.expanduser(text)
        if text.startswith("~"):
            allowed = "~ where the home folder is known"
            raise UserError(where, f"{shown}: whose home?", allowed, f"write it out, or ./{text}")
    try:
        return Path(os.path.realpath(text))
    except (OSError, ValueError) as error:
        raise UserError(where, f"{shown}: {error}", "a path", mend) from error


def _check_parent(folder: Path, where: str) -> None:
    """Refuse a folder that cannot be written, or made below what stands there."""
    there = next(p for p in (folder, *folder.parents) if _kind(p) is not None)
    if _kind(there) != stat.S_IFDIR:
        kind = KINDS.get(_kind(there) or 0, "a file")
        found = f"{there} is {kind}: cannot be written below it"
        raise UserError(where, found, "a folder", "choose another folder")
    if not os.access(there, os.W_OK | os.X_OK):
        found, allowed = f"{there} cannot be written", "a folder that can be written"
        raise UserError(where, found, allowed, "choose another folder or mend its permissions")


def _kind(path: Path) -> int | None:
    """Return what stands at a path, symlinks not followed; None where nothing does."""
    try:
        return stat.S_IFMT(os.stat(path, follow_symlinks=False).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        return None


def _plain_text(draft: Path, text: str) -> None:
    draft.write_text(text, encoding="utf-8", newline="\n")


def _filled(draft: Path, content: bytes) -> None:
    draft.write_bytes(content)
