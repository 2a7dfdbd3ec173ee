"""The recorded clips of a hall: kept by their bytes, served to boards, counted."""

import io
from collections.abc import Iterator

import pytest

from odsc_counter.platform.database import Database
from odsc_counter.platform.errors import NotFound
from odsc_counter.platform.tenancy import centre_scope
from odsc_counter.tickets import clips
from odsc_counter.tickets.errors import NotASound, SoundTooLarge
from tests.tickets.hall import Hall, a_hall
from tests.tickets.test_pages import Place, place
from tests.web.sample_app import a_tone
from tests.world import a_centre

__all__ = ["place"]

WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm\x18S\x80g" + b"A_OPUS" + bytes(50)
OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(30)
MP4 = b"\x00\x00\x00\x18ftypiso5" + bytes(20) + b"hdlr" + bytes(8) + b"soun" + bytes(20)


@pytest.fixture
def hall(database: Database) -> Iterator[Hall]:
    hall = a_hall(counters=2)
    with centre_scope(hall.centre.id):
        yield hall


@pytest.mark.parametrize(
    ("sound", "kind"),
    [(WEBM, "audio/webm"), (OGG, "audio/ogg"), (a_tone(), "audio/wav"), (MP4, "audio/mp4")],
)
def test_what_browsers_record_is_told_by_its_bytes(sound: bytes, kind: str) -> None:
    assert clips.sound_type(sound) == kind


@pytest.mark.parametrize(
    "sound",
    [
        b"",
        b"<script>alert(1)</script>",
        b"\x89PNG\r\n",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        WEBM.replace(b"A_OPUS", b"V_VP8 "),
        WEBM.replace(b"A_OPUS", b"A_OPUSV_VP9"),
        MP4.replace(b"soun", b"vide"),
        b"OggS" + bytes(24) + b"theora",
    ],
)
def test_anything_else_is_refused(sound: bytes) -> None:
    with pytest.raises(NotASound):
        clips.sound_type(sound)


def test_a_recording_replaces_the_one_before(hall: Hall) -> None:
    first = clips.keep_clip("lo", "a", a_tone())
    second = clips.keep_clip("lo", "a", a_tone(0.3))
    assert first.digest != second.digest
    assert clips.clip("lo", "a").sound == a_tone(0.3)
    clips.remove_clip("lo", "a")
    clips.remove_clip("lo", "a")
    with pytest.raises(NotFound):
        clips.clip("lo", "a")


def test_only_clips_of_announcements_are_kept(hall: Hall) -> None:
    for language, name in (("lo", "hello"), ("th", "a"), ("lo", "11")):
        with pytest.raises(NotFound):
            clips.keep_clip(language, name, a_tone())
    with pytest.raises(SoundTooLarge):
        clips.keep_clip("lo", "a", a_tone() + bytes(clips.MOST_BYTES))


def test_the_hall_knows_which_clips_are_missing(hall: Hall) -> None:
    needed = [row.clip for row in clips.clips_of_hall("lo")]
    assert needed == ["call", "to", "a", "p", *map(str, range(10))]
    clips.keep_clip("lo", "call", a_tone())
    clips.keep_clip("lo", "z", a_tone())
    assert [row.clip for row in clips.missing_clips("lo")] == needed[1:]
    rows = clips.clips_of_hall("lo")
    assert (rows[0].is_recorded, rows[-1].clip) == (True, "z")
    assert len(clips.missing_clips("en")) == len(needed)


def test_another_centre_has_a_voice_of_its_own(hall: Hall) -> None:
    clips.keep_clip("lo", "a", a_tone())
    other = a_centre("LA0202")
    with centre_scope(other.id), pytest.raises(NotFound):
        clips.clip("lo", "a")


def test_staff_record_listen_replace_and_remove(place: Place) -> None:
    manager = place.manager()
    page = manager.get("hall/voice?language=lo")
    assert "14 recordings are missing" in page
    assert "ໄປທີ່ຊ່ອງບໍລິການເລກທີ" in page
    kept = manager.post("hall/voice/lo/call", sound=(io.BytesIO(a_tone()), "clip"))
    assert "The recording is kept." in kept
    assert "13 recordings are missing" in kept
    refused = manager.post("hall/voice/lo/call", sound=(io.BytesIO(b"no sound"), "clip.webm"))
    assert "no sound file" in refused
    assert "no sound file" in manager.post("hall/voice/lo/call")
    assert "The recording is removed." in manager.post("hall/voice/lo/call/remove")
    path = f"/c/{place.code}/hall/voice"
    assert manager.client.post(f"{path}/lo/nonsense").status_code == 404
    assert place.clerk().client.get(path).status_code == 403


def test_the_microphone_is_allowed_on_that_page_alone(place: Place) -> None:
    manager = place.manager().client
    allowed = manager.get(f"/c/{place.code}/hall/voice").headers["Permissions-Policy"]
    assert "microphone=(self)" in allowed
    for path in ("hall/notices", "board", "kiosk"):
        policy = manager.get(f"/c/{place.code}/{path}").headers["Permissions-Policy"]
        assert "microphone=()" in policy


def test_a_board_gets_the_clips_once_and_keeps_them(place: Place) -> None:
    with centre_scope(place.hall.centre.id):
        kept = clips.keep_clip("lo", "a", a_tone())
    board = place.public().client
    media = board.get(f"/c/{place.code}/board/media.json").get_json()
    assert list(media["clips"]["lo"]) == ["a"]
    assert media["words"]["a"] == "ເອ"
    answer = board.get(media["clips"]["lo"]["a"])
    assert answer.get_data() == a_tone()
    assert answer.mimetype == "audio/wav"
    assert "immutable" in answer.headers["Cache-Control"]
    assert kept.digest.startswith(answer.headers["ETag"].strip('"'))
    old = board.get(media["clips"]["lo"]["a"].replace("v=", "v=old"))
    assert "immutable" not in old.headers["Cache-Control"]
    part = board.get(media["clips"]["lo"]["a"], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.get_data()) == (206, b"RIFF")
    assert board.get(f"/c/{place.code}/voice/lo/b").status_code == 404
