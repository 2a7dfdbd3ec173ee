"""The recorded pieces of a centre's announcements: kept, played to its boards, counted."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from odsc_counter.catalogue.models import ServiceGroup
from odsc_counter.platform import clock
from odsc_counter.platform.errors import AlreadyChanged, NotFound
from odsc_counter.platform.tenancy import current_actor
from odsc_counter.platform.work import Work, reading, unit_of_work
from odsc_counter.tickets.errors import NotASound, SoundTooLarge
from odsc_counter.tickets.hall_models import VoiceClip
from odsc_counter.tickets.models import Counter
from odsc_counter.tickets.voice import LANGUAGES, WORDS, needed_clips

MOST_BYTES = 200 * 1024
"""More than ten seconds of speech as browsers record it; a clip lasts one or two."""
PRE_PRINTED = "P"
"""Numbers from the pre-printed roll begin with this letter, whatever their series."""


def sound_type(sound: bytes) -> str:
    """The media type of a recording by its own bytes, whatever the sender called it.

    Takes what browsers record: WebM, Ogg, WAV and MP4 with sound alone. Raises NotASound.
    """
    head = sound[:4096]
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        if b"A_" in head and b"V_" not in head:
            return "audio/webm"
    elif head.startswith(b"OggS"):
        if any(mark in head[:128] for mark in (b"OpusHead", b"\x01vorbis", b"\x7fFLAC")):
            return "audio/ogg"
    elif head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    elif head[4:8] == b"ftyp" and b"soun" in sound and b"vide" not in sound:
        return "audio/mp4"
    raise NotASound


@dataclass(frozen=True)
class ClipRow:
    """A clip that the hall needs: its words, and what is recorded of it (digest None: nothing)."""

    language: str
    clip: str
    words: str
    digest: str | None = None
    recorded_at: datetime | None = None

    @property
    def sign(self) -> str:
        """The letter or figure that is spoken; empty for the other words."""
        return self.clip.upper() if len(self.clip) == 1 or self.clip.isdecimal() else ""

    @property
    def is_recorded(self) -> bool:
        """Whether there is a recording."""
        return self.digest is not None


def clips_of_hall(language: str) -> list[ClipRow]:
    """Every clip that the hall needs in a language, then recorded ones that it needs no more.

    In the order of recording. Three statements; the sounds themselves are not read.
    """
    with reading() as session:
        needed = _needed(session, language)
        recorded = {
            clip: (digest, at)
            for clip, digest, at in session.execute(
                select(VoiceClip.clip, VoiceClip.digest, VoiceClip.recorded_at)
                .where(VoiceClip.language == language)
                .order_by(VoiceClip.clip)
            )
        }
    surplus = [clip for clip in recorded if clip not in needed and clip in WORDS[language]]
    return [
        ClipRow(language, clip, WORDS[language][clip], *recorded.get(clip, (None, None)))
        for clip in (*needed, *surplus)
    ]


def _needed(session: Session, language: str) -> tuple[str, ...]:
    letters = session.scalars(select(ServiceGroup.letter)).all()
    counters = session.scalars(select(Counter.number)).all()
    return needed_clips([*letters, PRE_PRINTED], counters, language)


def missing_clips(language: str) -> list[ClipRow]:
    """What still has to be recorded in a language."""
    return [row for row in clips_of_hall(language) if not row.is_recorded]


def clip(language: str, name: str) -> VoiceClip:
    """One recording with its sound. Raises NotFound."""
    with reading() as session:
        found = _one(session, language, name)
    if found is None:
        raise NotFound
    return found


def _one(session: Session, language: str, name: str) -> VoiceClip | None:
    return session.scalars(
        select(VoiceClip).where(VoiceClip.language == language, VoiceClip.clip == name)
    ).one_or_none()


def keep_clip(language: str, name: str, sound: bytes) -> VoiceClip:
    """Keep a recording, in place of the one before.

    Raises NotFound for a clip that no announcement has, SoundTooLarge and NotASound.
    """
    _refuse_unknown(language, name)
    if len(sound) > MOST_BYTES:
        raise SoundTooLarge(kilobytes=MOST_BYTES // 1024)
    media_type = sound_type(sound)
    with unit_of_work() as work:
        kept = _one(work.session, language, name) or VoiceClip(language=language, clip=name)
        kept.media_type, kept.sound = media_type, sound
        kept.digest = hashlib.sha256(sound).hexdigest()
        kept.recorded_at = clock.now()
        kept.recorded_by_id = current_actor().user_id
        work.session.add(kept)
        try:
            work.session.flush()
        except IntegrityError as error:  # recorded at two desks at the same moment
            raise AlreadyChanged from error
        _record(work, "record", language, name, digest=kept.digest)
    return kept


def remove_clip(language: str, name: str) -> None:
    """Remove a recording; without one nothing changes. Raises NotFound for no such clip."""
    _refuse_unknown(language, name)
    with unit_of_work() as work:
        if _one(work.session, language, name) is None:
            return
        work.session.execute(
            delete(VoiceClip).where(VoiceClip.language == language, VoiceClip.clip == name)
        )
        _record(work, "remove", language, name)


def _refuse_unknown(language: str, name: str) -> None:
    if language not in LANGUAGES or name not in WORDS[language]:
        raise NotFound


def _record(work: Work, verb: str, language: str, name: str, **data: object) -> None:
    work.record(verb, subject_kind="voice_clip", subject_id=f"{language}/{name}", data=data)
