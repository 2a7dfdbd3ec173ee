"""What clamd is asked, and that no answer means no."""

import socket
from pathlib import Path

import pytest

from odsc_counter.platform.virus_scan import (
    PIECE,
    NotScanned,
    VirusFound,
    assert_address,
    assert_clean,
)
from tests.applications.clamd import a_clamd


@pytest.mark.parametrize("size", [1, PIECE, PIECE + 1, 10 * PIECE])
def test_the_scanner_gets_every_byte(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    with a_clamd(tmp_path / "clamd", b"stream: OK\0") as clamd:
        assert_clean(content[:size], clamd.address)
    assert clamd.looked_at == [content[:size]]


def test_no_scanner_no_question() -> None:
    assert_clean(b"anything", "")


def test_a_name_that_ends_like_an_answer_is_no_answer(tmp_path: Path) -> None:
    with (
        a_clamd(tmp_path / "clamd", b"stream: OK FOUND\0") as clamd,
        pytest.raises(VirusFound),
    ):
        assert_clean(b"x", clamd.address)


def test_a_scanner_that_says_nothing_is_not_waited_for_longer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NotScanned):
            assert_clean(b"x", f"127.0.0.1:{port}", seconds=0.2)


@pytest.mark.parametrize("address", ["", "unix:/run/clamd", "127.0.0.1:3310", "[::1]:3310"])
def test_addresses(address: str) -> None:
    assert_address(address)


@pytest.mark.parametrize("address", ["unix:relative", "/run/clamd", "localhost", ":3310", "a:b"])
def test_what_is_no_address_stops_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        assert_address(address)
