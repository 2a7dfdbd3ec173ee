"""The seal in the QR code: what goes in comes out, and nothing else passes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from odsc_counter.platform.money import LARGEST_KIP
from odsc_counter.receipts import key_files, keys, seal
from odsc_counter.receipts.key_files import KeyFiles, Signer

NOON = datetime(2026, 11, 23, 5, 0, 42, tzinfo=UTC)
HASH = "00112233445566778899aabbccddeeff" * 2
VALUES = {
    "centre_id": 7,
    "fiscal_year": 2026,
    "series": "A",
    "number": 123,
    "amount_kip": 25_000,
    "issued_at": NOON,
    "receipt_hash": HASH,
}


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return KeyFiles(tmp_path_factory.mktemp("keys")).make()


@given(
    centre_id=st.integers(0, 2**16 - 1),
    fiscal_year=st.integers(2000, 2255),
    series=st.sampled_from("ABCXYZ"),
    number=st.integers(0, 2**24 - 1),
    amount_kip=st.integers(-LARGEST_KIP, LARGEST_KIP),
    issued_at=st.datetimes(datetime(1970, 1, 2), datetime(2500, 1, 1), timezones=st.just(UTC)),
    receipt_hash=st.binary(min_size=32, max_size=32).map(bytes.hex),
)
@settings(max_examples=200, deadline=None)
def test_what_goes_in_comes_out(signer: Signer, **values: object) -> None:
    text = seal.sealed(signer, **values)
    found = seal.opened(text)
    moment, receipt_hash = values.pop("issued_at"), str(values.pop("receipt_hash"))
    assert isinstance(moment, datetime)
    assert {name: getattr(found, name) for name in values} == values
    assert found.issued_at == moment.replace(second=0, microsecond=0)
    assert found.hash_prefix == receipt_hash[:10]
    assert found.key_id == signer.key_id
    assert seal.verify(found, signer.public_key)


def test_the_layout_is_the_documented_one(signer: Signer) -> None:
    found = seal.opened(seal.sealed(signer, **VALUES))
    assert found.summary.hex() == (
        "01" + signer.key_id.lower() + "0007" + "1a" + "41" + "00007b" + "000000000061a8"
        "01c898ac" + "0011223344"
    )
    assert len(found.summary) == 28 and len(found.signature) == 64
    assert keys.verify(signer.public_key, b"odsc-counter seal\n" + found.summary, found.signature)


def test_the_documented_example_is_right() -> None:
    seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"  # RFC 8032
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    text = seal.sealed(key_files._signer(private), **VALUES)
    page = (Path(__file__).parents[2] / "docs/receipts.md").read_text(encoding="utf-8")
    assert text in page and seal.opened(text).key_id in page


def test_one_flipped_bit_anywhere_is_refused(signer: Signer) -> None:
    good = seal.opened(seal.sealed(signer, **VALUES))
    packed = good.summary + good.signature
    for bit in range(len(packed) * 8):
        changed = bytearray(packed)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            found = seal.opened(seal._written(bytes(changed)))
        except seal.NotASeal:
            continue  # another version, or a series that is no letter
        assert not seal.verify(found, signer.public_key), bit


def test_one_other_letter_anywhere_is_refused(signer: Signer) -> None:
    text = seal.sealed(signer, **VALUES)
    for place in range(len(text)):
        for letter in "A7Q":
            changed = text[:place] + letter + text[place + 1 :]
            if changed == text:
                continue
            try:
                found = seal.opened(changed)
            except seal.NotASeal:
                continue
            assert not seal.verify(found, signer.public_key), (place, letter)


def test_it_is_read_from_what_people_paste(signer: Signer) -> None:
    text = seal.sealed(signer, **VALUES)
    found = seal.opened(text)
    for written in (
        text.lower(),
        seal.address("https://odsc.example.la", text),
        f"https://odsc.example.la/r/{text.lower()}\r\n",
        f"  {text[:50]} {text[50:100]}\n{text[100:]}  ",
        "-".join((text[:40], text[40:])),
    ):
        assert seal.opened(written) == found


@pytest.mark.parametrize(
    "text",
    ["", "x", "ກ" * 148, "A" * 147, "A" * 148, "A" * 149, "1" * 148, "=" * 148, "7" * 148,
     "A" * 100_000, "\x00", "HTTPS://X/R/"],
)  # fmt: skip
def test_other_texts_are_no_seal(text: str) -> None:
    with pytest.raises(seal.NotASeal):
        seal.opened(text)


def test_the_last_letter_has_one_right_value(signer: Signer) -> None:
    text = seal.sealed(signer, **VALUES)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    spare = alphabet[alphabet.index(text[-1]) | 1]
    with pytest.raises(seal.NotASeal):
        seal.opened(text[:-1] + spare)


@pytest.mark.parametrize(
    "wrong",
    [
        {"centre_id": 2**16},
        {"fiscal_year": 1999},
        {"fiscal_year": 2256},
        {"series": "AB"},
        {"series": "a"},
        {"number": 2**24},
        {"number": -1},
        {"amount_kip": 2**55},
        {"issued_at": datetime(2026, 11, 23)},
        {"receipt_hash": "xyz"},
        {"receipt_hash": "00"},
    ],
)
def test_what_does_not_fit_is_not_sealed(signer: Signer, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        seal.sealed(signer, **(VALUES | wrong))


def test_it_counts_for_its_own_centre_and_while_the_key_was_in_force(signer: Signer) -> None:
    found = seal.opened(seal.sealed(signer, **VALUES))
    own = {"centre_id": 7, "public_key": signer.public_key, "retired_at": None}
    assert seal.is_by(found, **own)
    assert not seal.is_by(found, **(own | {"centre_id": 8}))
    assert not seal.is_by(found, **(own | {"public_key": bytes(32)}))
    assert not seal.is_by(found, **(own | {"public_key": b""}))
    assert seal.is_by(found, **(own | {"retired_at": NOON - timedelta(minutes=5)}))
    assert not seal.is_by(found, **(own | {"retired_at": NOON - timedelta(minutes=15)}))
    assert not seal.is_by(replace(found, signature=bytes(64)), **own)


def test_another_text_that_the_centre_signs_is_no_seal(signer: Signer) -> None:
    found = seal.opened(seal.sealed(signer, **VALUES))
    other = replace(found, signature=signer.sign(found.summary))
    assert not seal.verify(other, signer.public_key)


def test_the_qr_code_stays_alphanumeric_and_small(signer: Signer) -> None:
    text = seal.address("https://odsc.gov.la/", seal.sealed(signer, **VALUES))
    assert text.startswith("HTTPS://ODSC.GOV.LA/R/")
    code = segno.make(text, error="m", boost_error=False)
    assert (code.mode, code.version) == ("alphanumeric", 7)
    assert code.symbol_size(border=0) == (45, 45)


def test_keys_on_disk_are_the_owners_alone(tmp_path: Path) -> None:
    files = KeyFiles(tmp_path / "keys")
    made = files.make()
    (file,) = (tmp_path / "keys").iterdir()
    assert file.name == f"{made.key_id}.pem"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert b"BEGIN PRIVATE KEY" in file.read_bytes()
    assert "private" not in repr(made).lower()
