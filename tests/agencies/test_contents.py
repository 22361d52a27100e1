"""A file is what its bytes say; hostile ones are refused with a sentence, never with a failure."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agencies import contents
from agencies.errors import Invalid
from tests.agencies.files import OFFICE, PDF, PLACE, huge_picture, paper, photo


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("Фото.JPG", photo(), "image/jpeg"), ("a.png", photo("PNG"), "image/png"),
        ("a.webp", photo("WEBP"), "image/webp"), ("хат.pdf", PDF, "application/pdf"),
        ("хат.docx", paper(), OFFICE), ("хат.txt", "Ауламызда шам жоқ\n".encode(), "text/plain"),
        ("a.ogg", b"OggS\0\2", "audio/ogg"), ("a.mp3", b"ID3\4", "audio/mpeg"),
        ("a.m4a", b"\0\0\0\x1cftypM4A ", "audio/mp4"),
    ],
)  # fmt: skip
def test_a_sound_file_is_known_by_its_bytes(name, content, media):
    assert contents.inspect(name, content).media == media


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF + b"\0" * contents.LARGEST, "larger than 20 MB"),
        ("a.exe", b"MZ\x90\0", "not taken"),
        ("a.svg", b"<svg onload='x()'/>", "not what its name says"),
        ("a.jpg", PDF, "not what its name says"),
        ("a.png", huge_picture(), "too many points"),
        ("a.jpg", photo()[:60], "damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "damaged"),
        ("a.docx", paper(bomb=b"\0" * 30_000_000), "far too large"),
        ("a.docx", paper(**{f"m{n}": b"" for n in range(2001)}), "far too large"),
        ("a.docx", paper(**{"word__vbaProject.bin": b"x"}), "macros"),
        ("a.docx", b"PK\x03\x04 no archive", "damaged"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_file_is_refused_with_a_reason(name, content, why):
    with pytest.raises(Invalid) as refused:
        contents.inspect(name, content)

    assert why in refused.value.fields["file"]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_camera_s_notes_are_gone_and_the_picture_is_whole(form):
    sent = photo(form)
    assert PLACE in sent

    kept = contents.inspect(f"a.{form.lower()}", sent).content

    assert PLACE not in kept
    before, after = Image.open(BytesIO(sent)), Image.open(BytesIO(kept))
    assert before.tobytes() == after.tobytes()


def test_a_photo_stays_the_right_way_up():
    kept = contents.inspect("a.jpg", photo(way_up=6)).content

    assert dict(Image.open(BytesIO(kept)).getexif()) == {0x0112: 6}


def test_what_hangs_behind_a_photo_is_cut_off():
    kept = contents.inspect("a.jpg", photo(way_up=1) + paper()).content

    assert kept.endswith(b"\xff\xd9")
    assert b"PK" not in kept


@given(
    st.sampled_from(["a.jpg", "a.png", "a.webp", "a.pdf", "a.docx", "a.txt"]),
    st.sampled_from([photo(), photo("PNG"), photo("WEBP"), PDF, paper(), b""]),
    st.binary(max_size=40),
    st.integers(0, 200),
)
def test_no_bytes_make_it_fail(name, head, noise, at):
    content = head[:at] + noise + head[at + len(noise) :]
    with suppress(Invalid):
        assert contents.inspect(name, content).content
