"""Which passwords are refused, and how they are kept."""

import threading
import time

import pytest

from odsc_counter.accounts import passwords


@pytest.mark.parametrize(
    "password",
    [
        "password123", "Passw0rd!!", "1234567890", "qwertyuiop12", "laopdr2025!!", "somchay12345",
        "aaaaaaaaaaaa", "abcabcabcabc", "Vientiane2024", "manager manager", "odsc-counter-2026",
        "ລະຫັດຜ່ານ໑໒໓໔", "ສູນບໍລິການ2568", "0987654321", "S0mchay.2026",
    ],
)  # fmt: skip
def test_a_password_that_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(passwords.WeakPassword):
        passwords.refuse_weak(password, "k.somchay")


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "ບ້ານ ຂ້ອຍ ຢູ່ ນາຊາຍທອງ", "k7#mPq92xLd", "mekong-river-boat"],
)
def test_words_and_letters_of_any_kind_are_taken(password: str) -> None:
    passwords.refuse_weak(password, "k.somchay")


@pytest.mark.parametrize("password", ["mekong-ri", "x" * 60 + "mekong-river-boat" * 5])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(passwords.WeakPassword):
        passwords.refuse_weak(password, "keo")


def test_a_password_is_known_again_and_no_other() -> None:
    kept = passwords.hash_password("mekong-river-boat")
    assert kept.startswith("$argon2id$")
    assert passwords.verify(kept, "mekong-river-boat")
    assert not passwords.verify(kept, "mekong-river-boats")
    assert not passwords.verify(None, "nobody has this password")


def test_lao_letters_fit_however_the_keyboard_composed_them() -> None:
    kept = passwords.hash_password("ນ\u0ecd\u0eb2ຊາຍທອງ")
    assert passwords.verify(kept, "ນ\u0eb3ຊາຍທອງ")


def test_no_more_than_two_hashes_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    most = 0

    class Slow:
        def hash(self, _password: str) -> str:
            nonlocal most
            running.append(1)
            most = max(most, len(running))
            time.sleep(0.02)
            running.pop()
            return ""

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.hash_password, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
