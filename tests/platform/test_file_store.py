"""The file store: whole files or none, for any number of writers, and swept of what is left."""

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from odsc_counter.platform.file_store import FileStore, NotThere

TWO_DAYS = 2 * 24 * 60 * 60


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]


def test_a_file_is_found_under_its_digest_by_its_own_centre_alone(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    digest = store.keep(3, b"paper")
    assert digest == hashlib.sha256(b"paper").hexdigest()
    assert _files(tmp_path) == [tmp_path / "3" / digest[:2] / digest]
    with store.open(3, digest) as file:
        assert file.read() == b"paper"
    with pytest.raises(NotThere):
        store.open(4, digest)


def test_twenty_writers_of_one_file_leave_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(20) as pool:
        digests = set(pool.map(lambda _n: FileStore(tmp_path).keep(1, b"x" * 99_999), range(20)))
    assert len(digests) == 1
    (file,) = _files(tmp_path)
    assert file.stat().st_size == 99_999
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name",
    ["", ".", "../../etc/passwd", "/etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 65],
)
def test_no_other_name_touches_the_disk(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotThere):
        FileStore(tmp_path).open(1, name)


def test_a_disk_that_is_full_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        FileStore(tmp_path).keep(1, b"paper")
    assert _files(tmp_path) == []


def test_a_removed_and_a_changed_file_are_told(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    first, second = store.keep(1, b"one"), store.keep(1, b"two")
    assert store.fault(1, first) is None
    (tmp_path / "1" / first[:2] / first).write_bytes(b"0ne")
    (tmp_path / "1" / second[:2] / second).unlink()
    assert (store.fault(1, first), store.fault(1, second)) == ("changed", "missing")


def test_only_what_is_old_and_unknown_is_swept(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    old, known, young, again = (store.keep(1, text) for text in (b"a", b"b", b"c", b"d"))
    half = tmp_path / "1" / old[:2] / "0123.part"
    half.write_bytes(b"half")
    past = time.time() - TWO_DAYS
    for path in (half, *(tmp_path / "1" / one[:2] / one for one in (old, known, again))):
        os.utime(path, (past, past))
    store.keep(1, b"d")
    assert store.sweep_unfinished() == 1
    assert store.sweep_unknown(1, {known}) == 1
    assert set(store.digests(1)) == {known, young, again}
