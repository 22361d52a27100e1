"""The voice: a call as a row of clips, and clips made once."""

import array
import io
import shutil
import wave

import pytest

from agencies.errors import NotFound
from reception import voice

LANGUAGES = ("kk", "ru", "en")


def said(language, number):
    words = voice.vocabulary(language)
    return " ".join(words[clip] for clip in voice.number_clips(number))


@pytest.mark.parametrize(
    ("number", "kk", "ru", "en"),
    [
        (7, "жеті", "семь", "seven"),
        (19, "он тоғыз", "девятнадцать", "nineteen"),
        (40, "қырық", "сорок", "forty"),
        (101, "жүз бір", "сто один", "one hundred one"),
        (145, "жүз қырық бес", "сто сорок пять", "one hundred forty five"),
        (213, "екі жүз он үш", "двести тринадцать", "two hundred thirteen"),
        (1999, "мың тоғыз жүз тоқсан тоғыз", "тысяча девятьсот девяносто девять",
         "one thousand nine hundred ninety nine"),
    ],
)  # fmt: skip
def test_numbers_are_spoken_as_people_say_them(number, kk, ru, en):
    assert (said("kk", number), said("ru", number), said("en", number)) == (kk, ru, en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_a_day_and_every_letter_can_be_spoken(language):
    words = voice.vocabulary(language)
    for number in range(1, 10_000):
        assert set(voice.number_clips(number)) <= set(words)
    for letter in "AEKMOT":
        assert set(voice.call_clips(f"{letter}101", 7)) <= set(words)


def test_a_call_is_worded_without_inflection():
    assert voice.call_clips("K145", 7) == [
        "ticket", "letter-k", "100", "40", "5", "desk", "7",
    ]  # fmt: skip


def record(folder, language, *clips):
    place = folder / "voice" / "recorded" / language
    place.mkdir(parents=True)
    for clip in clips:
        (place / f"{clip}.ogg").write_bytes(b"recorded")


def test_the_language_of_the_state_comes_first_and_english_on_wish(tmp_path):
    for language in LANGUAGES:
        record(tmp_path, language, "ticket", "letter-k", "100", "1", "desk", "7")

    usual = voice.speech("K101", 7, language="ru", folder=tmp_path).split()
    wished = voice.speech("K101", 7, language="en", folder=tmp_path).split()

    assert usual[0] == "chime"
    assert [one.split("/")[0] for one in usual[1:]] == ["kk"] * 6 + ["ru"] * 6
    assert wished[: len(usual)] == usual
    assert {one.split("/")[0] for one in wished[len(usual) :]} == {"en"}


def test_a_language_with_a_word_missing_stays_silent(tmp_path):
    record(tmp_path, "kk", "ticket", "letter-k", "100", "desk", "7")
    record(tmp_path, "ru", "ticket", "letter-k", "100", "1", "desk", "7")

    assert "kk/" not in voice.speech("K101", 7, language="kk", folder=tmp_path)
    assert "ru/desk" in voice.speech("K101", 7, language="kk", folder=tmp_path)


def test_without_clips_the_board_is_silent(tmp_path):
    assert voice.speech("K101", 7, language="en", folder=tmp_path) == ""


def test_a_recorded_clip_replaces_the_made_one(tmp_path):
    made = tmp_path / "voice" / "made" / "kk"
    made.mkdir(parents=True)
    (made / "desk.wav").write_bytes(b"made")
    assert voice.clip_file(tmp_path, "kk", "desk").read_bytes() == b"made"

    record(tmp_path, "kk", "desk")

    assert voice.clip_file(tmp_path, "kk", "desk").read_bytes() == b"recorded"


@pytest.mark.parametrize(
    ("language", "clip"), [("kk", "../../secret"), ("..", "desk"), ("kk", "hello"), ("de", "desk")]
)
def test_only_clips_of_the_vocabulary_are_given_out(tmp_path, language, clip):
    with pytest.raises(NotFound):
        voice.clip_file(tmp_path, language, clip)


def test_silence_at_the_ends_is_cut_off():
    quiet, loud = [0] * 500, [9000, -9000] * 50
    sound = voice._wav(array.array("h", [*quiet, *loud, *quiet]), rate=22050)
    with wave.open(io.BytesIO(voice.trimmed(sound))) as found:
        assert found.getnframes() == len(loud)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_clips_are_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr(voice, "LANGUAGES", ("kk",))
    record(tmp_path, "kk", "desk")

    first, second = voice.make(tmp_path), voice.make(tmp_path)

    assert (first, second) == (len(voice.vocabulary("kk")) - 1, 0)
    with wave.open(str(tmp_path / "voice" / "made" / "kk" / "ticket.wav")) as clip:
        assert 0.1 < clip.getnframes() / clip.getframerate() < 2


def test_the_voice_is_offered_to_browsers(client, settings):
    record(settings.data, "kk", "desk")
    try:
        assert client.get("/voice/kk/desk").data == b"recorded"
        assert client.get("/voice/chime").data[:4] == b"RIFF"
        assert client.get("/voice/kk/passwd").status_code == 404
    finally:
        shutil.rmtree(settings.data / "voice")
