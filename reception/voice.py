"""The voice of the hall: a call as a row of clips, and the clips themselves, made once, offline.

The vocabulary is closed, so about forty-five clips a language speak every call. A folder of
recorded clips (`voice/recorded/<language>/<clip>.wav`, `.ogg` or `.mp3` in the data folder)
replaces the ones that espeak-ng makes, clip by clip. Without either the board is silent.
"""

import array
import io
import math
import shutil
import subprocess
import tomllib
import wave
from functools import cache
from pathlib import Path
from typing import Any

from agencies.errors import NotFound

WORDS = Path(__file__).parent / "data" / "voice.toml"
FIRST = ("kk", "ru")
"""Spoken in every call, the language of the state first; English where the visitor chose it."""
LANGUAGES = (*FIRST, "en")
PROGRAM = "espeak-ng"
SPEED = "135"
QUIET = 350
"""Samples (of 16 bits) below this at either end of a clip are silence."""
RATE = 22050
CHIME = ((784.0, 0.35), (523.25, 0.75))
"""Two falling notes, in Hz and seconds."""
KINDS = (".wav", ".ogg", ".mp3")
RANGES = (("thousands", 1000), ("hundreds", 100), ("tens", 10), ("units", 1))


@cache
def vocabulary(language: str) -> dict[str, str]:
    """Clip -> the word it says."""
    words = _words(language)
    said = {"ticket": words["ticket"], "desk": words["desk"]}
    said |= {f"letter-{letter.lower()}": name for letter, name in words["letters"].items()}
    for name, step in RANGES:
        first = 2 if name == "tens" else 1
        said |= {str((n + first) * step): word for n, word in enumerate(words[name])}
    return said | {str(n + 10): word for n, word in enumerate(words["teens"])}


@cache
def _words(language: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(WORDS.read_text(encoding="utf-8"))[language]
    return found


def number_clips(number: int) -> list[str]:
    """145 is `100 40 5`, 213 is `200 13`. Numbers up to 9999; a larger one digit by digit."""
    if number > 9999:
        return [clip for digit in str(number) if digit != "0" for clip in number_clips(int(digit))]
    clips = []
    for step in (1000, 100):
        if number >= step:
            clips.append(str(number // step * step))
            number %= step
    if number >= 20:
        clips.append(str(number // 10 * 10))
        number %= 10
    return [*clips, str(number)] if number else clips


def call_clips(label: str, desk: int) -> list[str]:
    """«Талон K 145. Терезе 7.»: without inflection it is right in each language."""
    letter, digits = label[:1].lower(), label[1:]
    number = number_clips(int(digits)) if digits.isdecimal() else []
    return ["ticket", f"letter-{letter}", *number, "desk", *number_clips(desk)]


def speech(label: str, desk: int, *, language: str, folder: Path) -> str:
    """The clips of a call, `kk/ticket kk/letter-k …`, in the languages that can be spoken."""
    spoken = (*FIRST, "en") if language == "en" else FIRST
    clips = call_clips(label, desk)
    ready = (one for one in spoken if can_speak(folder, one, clips))
    row = [f"{one}/{clip}" for one in ready for clip in clips]
    return " ".join(["chime", *row]) if row else ""


def can_speak(folder: Path, language: str, clips: list[str]) -> bool:
    """A call with a word missing would mislead: then the language stays silent."""
    known = vocabulary(language)
    return all(clip in known and _find(folder, language, clip) for clip in clips)


def clip_file(folder: Path, language: str, clip: str) -> Path:
    """Raises NotFound for anything but a clip of the vocabulary that is there."""
    found = _find(folder, language, clip) if clip in vocabulary_of(language) else None
    if found is None:
        raise NotFound("There is no such clip.")
    return found


def vocabulary_of(language: str) -> dict[str, str]:
    return vocabulary(language) if language in LANGUAGES else {}


def _find(folder: Path, language: str, clip: str) -> Path | None:
    recorded = folder / "voice" / "recorded" / language
    made = folder / "voice" / "made" / language / f"{clip}.wav"
    places = [*(recorded / f"{clip}{kind}" for kind in KINDS), made]
    return next((place for place in places if place.is_file()), None)


def make(folder: Path) -> int:
    """Every clip that is neither recorded nor made yet; how many were made. 0 without the program.

    A clip appears under its name only when it is whole.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        return 0
    count = 0
    for language in LANGUAGES:
        for clip, word in vocabulary(language).items():
            if _find(folder, language, clip) is None:
                _keep(folder / "voice" / "made" / language, clip, _spoken(program, language, word))
                count += 1
    return count


def _keep(folder: Path, clip: str, sound: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{clip}.part"
    part.write_bytes(sound)
    part.rename(folder / f"{clip}.wav")


def _spoken(program: str, language: str, word: str) -> bytes:
    command = [program, "-v", str(_words(language)["voice"]), "-s", SPEED, "--stdout", word]
    done = subprocess.run(command, capture_output=True, timeout=20, check=True)
    return trimmed(done.stdout)


def trimmed(sound: bytes) -> bytes:
    """A mono WAV without the silence at its ends, so that clips stand close together."""
    # espeak-ng streams: its header states no length, which `wave` would not read past.
    header, samples = sound[:44], array.array("h", sound[44 : 44 + (len(sound) - 44) // 2 * 2])
    loud = [n for n, sample in enumerate(samples) if abs(sample) > QUIET]
    kept = samples[loud[0] : loud[-1] + 1] if loud else samples
    return _wav(kept, rate=int.from_bytes(header[24:28], "little") or RATE)


@cache
def chime() -> bytes:
    """Two soft notes that say: look at the board."""
    samples = array.array("h")
    for pitch, seconds in CHIME:
        length = int(RATE * seconds)
        samples.extend(
            int(9000 * math.sin(2 * math.pi * pitch * n / RATE) * (1 - n / length) ** 2)
            for n in range(length)
        )
    return _wav(samples, rate=RATE)


def _wav(samples: "array.array[int]", *, rate: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())
    return made.getvalue()
