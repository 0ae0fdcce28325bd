"""The store: the arrays of an ensemble as Zarr, one chunk file a variable and chunk.

A chunk of draws is a chunk of every array, so no two tasks write one file. Zarr
writes a file under another name and renames it, so a file is whole or absent; a
chunk of draws is whole once the ledger says so. Bytes do not depend on who wrote
them, nor in what order.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import xarray as xr
import zarr
from zarr.codecs import ZstdCodec

from globo import files
from globo.ensemble.ledger import BROKEN, Ledger, StoredFile
from globo.ensemble.plan import Chunk, Plan
from globo.errors import UserError
from globo.results import STATUS, Variable, variables

NAME = "results.zarr"
STRAYS = frozenset({"Thumbs.db", "desktop.ini"})  # of file browsers; hidden files are too


class Store:
    """The arrays of one plan in a folder.

    Args:
        folder: the folder that holds `results.zarr`.
        plan: what is stored.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        """Name the store; nothing is read or written yet."""
        self.root, self.plan = folder / NAME, plan
        self._arrays: dict[str, zarr.Array] = {}

    def create(self) -> None:
        """Lay out empty arrays and the labels, in place of whatever stood there."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.parent.mkdir(parents=True, exist_ok=True)
        further = [n for n, v in self.plan.coords.items() if isinstance(v, tuple)]
        attrs = {**self.plan.attrs(), "coordinates": " ".join(further)}
        group = zarr.create_group(self.root, zarr_format=3, attributes=attrs)
        _label(group, "draw", "draw", np.arange(self.plan.draws))
        for name, value in self.plan.coords.items():
            dim, values = value if isinstance(value, tuple) else (name, value)
            _label(group, name, dim, np.asarray(values))
        sizes = self.plan.sizes()
        for var in self.plan.stored():
            shape = tuple(sizes[d] for d in var.dims)
            group.create_array(
                var.name,
                shape=shape,
                chunks=(self.plan.chunk_draws, *shape[1:]),
                dtype=var.dtype,
                fill_value=BROKEN if var.dtype.startswith("int") else float("nan"),
                compressors=ZstdCodec(level=1),
                dimension_names=var.dims,
                attributes={**var.attrs()},
            )

    def write(self, chunk: Chunk, arrays: Mapping[str, np.ndarray]) -> tuple[StoredFile, ...]:
        """Write a chunk's arrays and return what stands on the disk."""
        for var in self.plan.stored():
            self._array(var)[chunk.first : chunk.first + chunk.kept] = arrays[var.name]
        return tuple(_stored(self.root, v.name, chunk.index) for v in self.plan.stored())

    def read_back(self, chunk: Chunk) -> tuple[tuple[StoredFile, ...], list[int]] | None:
        """Return what stands of a chunk and the status of its draws; None where it is not whole."""
        stored, statuses = [], []
        for var in self.plan.stored():
            file = _look(self.root, var.name, chunk.index)
            if file is None:
                return None
            try:
                values = self._array(var)[chunk.first : chunk.first + chunk.kept]
            except Exception:  # whatever a decoder says of bytes that are none of a run
                return None
            stored.append(file)
            statuses = np.asarray(values).tolist() if var is STATUS else statuses
        return tuple(stored), statuses

    def lay_again(self) -> None:
        """Put back the labels and the description of the arrays; chunks stay."""
        fresh = Store(self.root.parent / ".layout", self.plan)
        fresh.create()
        for path in _layout(fresh.root):
            target = self.root / path.relative_to(fresh.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            files.synced(path)
            os.replace(path, target)
        shutil.rmtree(fresh.root.parent)

    def sweep(self) -> int:
        """Remove files that a killed writer left half-written; return how many."""
        strays = [*self.root.rglob(f"*{files.DRAFT}"), *self.root.rglob(".*")]
        for stray in strays:
            if stray.is_file():
                stray.unlink(missing_ok=True)
        return len(strays)

    def _array(self, var: Variable) -> zarr.Array:
        if var.name not in self._arrays:
            array = zarr.open_array(self.root / var.name, mode="r+")
            self._arrays[var.name] = array.with_config({"write_empty_chunks": True})
        return self._arrays[var.name]


def damaged(folder: Path, ledger: Ledger, chunk: int) -> list[str]:
    """Return the variables of a chunk whose file is not what the ledger says."""
    root = folder / NAME
    return [f.variable for f in ledger.stored(chunk) if _look(root, f.variable, chunk) != f]


def layout_digest(folder: Path) -> str:
    """Return the checksum of all that is no chunk of results: labels, descriptions."""
    whole = hashlib.blake2b(digest_size=16)
    for path in _layout(folder / NAME):
        name = path.relative_to(folder).as_posix()
        whole.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def open_arrays(folder: Path) -> xr.Dataset:
    """Open the arrays of a folder; values are read when they are asked for.

    Raises:
        UserError: what stands there cannot be read as the arrays of a run.
    """
    try:
        with warnings.catch_warnings():  # stray files of file browsers are no trouble
            warnings.filterwarnings("ignore", "Object at .* is not recognized")
            return _opened(folder)
    except Exception as error:  # foreign data: whatever a reader stumbles over
        found = f"cannot be read ({type(error).__name__}: {error})"
        mend = "run the command that made it again, in another folder"
        where = str(folder / NAME)
        raise UserError(
            where, " ".join(found.split())[:200], "arrays as a run writes", mend
        ) from error


def _opened(folder: Path) -> xr.Dataset:
    ds = xr.open_dataset(folder / NAME, engine="zarr", consolidated=False, chunks=None, cache=False)
    order = [*ds.sizes, *sorted(str(n) for n in ds.coords if n not in ds.sizes)]
    labels = {name: _plain(ds[name]) for name in order if name in ds.coords}
    known = [*variables(), STATUS.name]
    names = sorted(map(str, ds.data_vars), key=lambda n: known.index(n) if n in known else -1)
    return ds.drop_vars(list(ds.coords)).assign_coords(labels)[names]


def _layout(root: Path) -> list[Path]:
    names = {*variables(), STATUS.name}
    chunks = [root / name / "c" for name in names]
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not path.name.startswith(".")
        and path.name not in STRAYS
        and not any(chunk in path.parents for chunk in chunks)
    ]


def _look(root: Path, name: str, chunk: int) -> StoredFile | None:
    try:
        return _stored(root, name, chunk)
    except FileNotFoundError:
        return None


def _stored(root: Path, name: str, chunk: int) -> StoredFile:
    path = root / name / "c" / str(chunk)
    while path.is_dir():
        path = path / "0"
    content = path.read_bytes()
    return StoredFile(name, hashlib.blake2b(content, digest_size=16).hexdigest(), len(content))


def _plain(coord: xr.DataArray) -> tuple[tuple[str, ...], np.ndarray]:
    values = coord.values
    text = values.dtype.kind not in "iuf"
    return tuple(map(str, coord.dims)), np.asarray(values.tolist(), str) if text else values


def _label(group: zarr.Group, name: str, dim: str, values: np.ndarray) -> None:
    text = values.dtype.kind in "UOT"
    values = np.asarray([str(v) for v in values], dtype=object) if text else values
    array = group.create_array(
        name,
        shape=values.shape,
        dtype=str if text else values.dtype,  # pyright: ignore[reportArgumentType]
        chunks=values.shape,
        compressors=ZstdCodec(level=1),
        dimension_names=(dim,),
    )
    array[:] = values
