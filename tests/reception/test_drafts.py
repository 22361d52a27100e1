"""What comes in from outside: everything wrong is named at once, beside its field, in our words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.appeals import Channel
from agencies.errors import Invalid
from agencies.terms import AppealKind
from reception.drafts import LONGEST_TEXT, MESSAGES, AppealDraft, TicketDraft, read
from reception.language import catalogues

LETTER = {"kind": "application", "language": "kk", "text": "Ауламызда шам жанбайды."}
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


def findings(model, data):
    with pytest.raises(Invalid) as refusal:
        read(model, data)
    return refusal.value.fields


def letter(**changes):
    return LETTER | changes


def test_the_shortest_letter_has_everything_else_from_the_house():
    draft = read(AppealDraft, LETTER)

    assert (draft.kind, draft.channel) == (AppealKind.APPLICATION, Channel.DESK)
    assert (draft.claims, draft.district, draft.ticket) == ([], None, None)
    assert draft.applicant.name == ""


def test_a_claim_may_be_a_text_or_a_record():
    draft = read(AppealDraft, letter(claims=["Шам.", {"text": "Лифт.", "agency": "housing"}]))

    assert [(claim.text, claim.agency) for claim in draft.claims] == [
        ("Шам.", None), ("Лифт.", "housing"),
    ]  # fmt: skip


def test_blanks_around_are_cut_and_an_empty_choice_is_none():
    applicant = {"name": " Ер\u202eлан "}
    draft = read(AppealDraft, letter(text="  Ш\u2066ам. ", district="", applicant=applicant))

    assert (draft.text, draft.district, draft.applicant.name) == ("Шам.", None, "Ерлан")


def test_every_finding_is_told_at_once_with_its_place():
    found = findings(
        AppealDraft,
        {"kind": "poem", "text": " ", "colour": "red", "claims": [{"text": ""}],
         "applicant": {"iin": 5}},
    )  # fmt: skip

    assert found == {
        "kind": "Choose one of the values on the list.",
        "language": "Fill in this field.",
        "text": "Fill in this field.",
        "colour": "This field is not known here.",
        "claims.0.text": "Fill in this field.",
        "applicant.iin": "Send text here.",
    }


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("kind", None, "Choose one of the values on the list."),
        ("language", "de", "Choose one of the values on the list."),
        ("channel", "import", "Choose one of the values on the list."),
        ("text", 5, "Send text here."),
        ("text", "a" * (LONGEST_TEXT + 1), "This is too long."),
        ("text", "a\0b", "This text holds a character that cannot be kept. Remove it."),
        ("text", "a\ud800b", "This text holds a character that cannot be kept. Remove it."),
        ("address", "a" * 501, "This is too long."),
        ("district", "меде у", "Choose one of the values on the list."),
        ("ticket", "x", "Write a whole number here."),
        ("ticket", 0, "This value is outside of what is possible."),
        ("ticket", 2**63, "This value is outside of what is possible."),
        ("claims", ["x"] * 21, None),
    ],
)
def test_each_mistake_has_its_sentence(field, value, told):
    found = findings(AppealDraft, letter(**{field: value}))

    assert set(found) == {field}
    assert told is None or found[field] == told


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_what_is_no_record_is_told_as_a_whole(data):
    assert set(findings(AppealDraft, data)) == {"body"}


def read_or_found(model, data):
    """The draft, or what stands beside which field."""
    try:
        return read(model, data), {}
    except Invalid as refusal:
        return None, refusal.fields


@given(jsons)
def test_whatever_comes_is_a_draft_or_a_refusal_with_its_fields(data):
    for model in (AppealDraft, TicketDraft):
        draft, found = read_or_found(model, data)
        assert (draft is None) == bool(found)
        assert all(field and sentence for field, sentence in found.items())


@given(st.dictionaries(st.sampled_from(list(AppealDraft.model_fields)), jsons))
def test_a_field_of_a_letter_is_told_by_its_own_name(data):
    draft, found = read_or_found(AppealDraft, data)

    assert draft or {field.partition(".")[0] for field in found} <= set(AppealDraft.model_fields)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_sentence_of_the_checks_is_translated(language):
    catalogue = "".join(file.read_text(encoding="utf-8") for file in catalogues(language))

    assert [m for m in set(MESSAGES.values()) if f'msgid "{m}"' not in catalogue] == []


def test_a_ticket_needs_a_service_and_a_language():
    assert read(TicketDraft, {"service": "housing-general", "language": "ru"}).priority is None
    assert set(findings(TicketDraft, {})) == {"service", "language"}
