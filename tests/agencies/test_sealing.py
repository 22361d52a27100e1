"""Secrets at rest: what is sealed opens with its key alone, and a link cannot be guessed."""

import re

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from agencies.sealing import Seal, link_digest, link_key

SEAL = Seal.of("one secret of the hall")
OTHER = Seal.of("another secret")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(texts)
def test_what_was_sealed_opens_as_it_was(text):
    assert SEAL.open(SEAL.close(text)) == text


@given(texts)
def test_the_same_text_is_sealed_differently_each_time(text):
    assert SEAL.close(text) != SEAL.close(text)


def test_a_seal_shows_nothing_of_its_text():
    assert b"850520100010" not in SEAL.close("850520100010")


@given(st.data())
def test_a_seal_with_one_changed_byte_does_not_open(data):
    sealed = bytearray(SEAL.close("850520100010"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(InvalidTag):
        SEAL.open(bytes(sealed))


def test_another_key_does_not_open_it():
    with pytest.raises(InvalidTag):
        OTHER.open(SEAL.close("850520100010"))


@given(texts, texts)
def test_the_index_finds_equal_texts_and_only_those(one, two):
    assert (SEAL.index(one) == SEAL.index(two)) == (one == two)


def test_an_index_tells_nothing_without_its_key():
    assert SEAL.index("850520100010") != OTHER.index("850520100010")


def test_the_index_and_the_cipher_have_keys_of_their_own():
    assert SEAL.cipher_key != SEAL.index_key
    assert len(SEAL.cipher_key) == len(SEAL.index_key) == 32


@given(st.text(max_size=40))
def test_a_link_key_is_26_letters_and_digits_that_can_be_typed(seed):
    assert re.fullmatch(r"[a-z2-7]{26}", link_key("secret", "ticket", seed))


def test_a_link_key_is_drawn_again_from_the_same_seed():
    assert link_key("secret", "ticket", "s") == link_key("secret", "ticket", "s")


def test_secret_purpose_and_seed_each_make_another_key():
    keys = {
        link_key(secret, purpose, seed)
        for secret in ("a", "b")
        for purpose in ("ticket", "appeal")
        for seed in ("1", "2")
    }

    assert len(keys) == 8


@given(st.text(max_size=40))
def test_a_key_typed_by_hand_has_the_digest_of_the_printed_one(seed):
    key = link_key("secret", "appeal", seed)

    assert link_digest(f"  {key.upper()} ") == link_digest(key)
    assert key not in link_digest(key)
