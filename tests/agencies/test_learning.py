"""A model learned from a few hundred made-up texts: what it keeps, what it may not erase."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from sqlalchemy import update

from agencies import classifier, learned, learning, suggesting
from agencies.classifier import RoutingModel, Standing
from agencies.errors import DomainError
from agencies.learning import Example
from agencies.lexicon import lexicon

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SPEECH = {
    "transport_roads": ["маршрутка", "автовокзал", "проезд", "перекресток", "обочина", "колесо"],
    "housing": ["ступени", "лестница", "жильцы", "мусоропровод", "площадка", "окно"],
    "ecology": ["тополь", "пень", "куст", "ветер", "листва", "корни"],
}


@pytest.fixture(scope="module")
def examples():
    dice = random.Random(5)
    return [
        Example(" ".join([*dice.sample(own, 3), f"слово{dice.randrange(60)}"]), "ru", kind, {})
        for kind, own in SPEECH.items()
        for _ in range(90)
    ]


@pytest.fixture(scope="module")
def model(examples):
    return learning.learn(examples, kinds=[*SPEECH, "police"])


def test_it_tells_what_it_has_learned(model):
    shares = model.probabilities("жильцы просят: окно и ступени", language="ru", lexical={})

    assert max(shares, key=shares.get) == "housing"
    assert sum(shares.values()) == pytest.approx(1)
    assert model.labels == tuple(sorted(SPEECH))


def test_topics_finer_than_an_agency_are_learned_where_they_have_enough_examples(examples, model):
    rare = learning.LEAST_OF_TOPIC - 1
    finer = learning.learn(
        [replace(one, topic="rare" if at < rare else f"of {at % 2}")
         for at, one in enumerate(examples)],
        kinds=[*SPEECH, "police"],
    )  # fmt: skip

    assert finer.weights.shape[1] - model.weights.shape[1] == 2 * (len(SPEECH) + 1)
    shares = finer.probabilities("куст и листва", language="ru", lexical={})
    assert max(shares, key=shares.get) == "ecology"


def test_a_web_process_keeps_one_byte_of_a_weight(model):
    assert model.weights.itemsize == 1


def test_it_says_which_words_spoke_for_it(model):
    assert set(model.reasons(["жильц", "окн", "тополь"], "housing")) == {"жильц", "окн"}


def test_the_file_of_a_model_says_the_same_and_holds_no_word(model):
    file = learned.packed(model)
    again = learned.unpacked(file)

    text = "тополь упал, листва и корни"
    assert again.probabilities(text, language="ru", lexical={}) == pytest.approx(
        model.probabilities(text, language="ru", lexical={})
    )
    assert "тополь".encode("utf-32-le") not in file
    assert "тополь".encode() not in file


def test_a_file_with_objects_in_it_is_not_read(tmp_path):
    np.savez(tmp_path / "bad.npz", format=np.array([{}], dtype=object))

    with pytest.raises(ValueError, match="allow_pickle"):
        learned.unpacked((tmp_path / "bad.npz").read_bytes())


def test_a_file_of_another_format_asks_for_a_new_training(model, monkeypatch):
    file = learned.packed(model)
    monkeypatch.setattr(learned, "FORMAT", learned.FORMAT + 1)

    with pytest.raises(DomainError, match="train it again"):
        learned.unpacked(file)


def test_too_few_texts_are_refused(examples):
    with pytest.raises(DomainError):
        learning.learn(examples[:20], kinds=SPEECH)


def test_a_language_it_has_not_seen_is_left_to_the_lexicon(model):
    assert model.trust("kk") == 0
    assert 0.5 < model.trust("ru") < 1


@pytest.fixture
def champion(session, model):
    row = classifier.keep(session, model, source="file", examples=270, now=NOW)
    classifier.promote(session, row)
    session.commit()
    return row


def test_the_champion_speaks_beside_the_lexicon(session, champion):
    found = suggesting.suggest(session, "Жильцы просят вставить окно", day=DAY)

    assert found.offered[0].agency == "housing"
    assert found.offered[0].reasons
    assert found.model == champion.id


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("Жильцы, окно, ступени: мужчина угрожает убить соседей", "police"),
        ("Тополь, листва, корни. Пожар, дым, люди не могут выйти", "emergency"),
        ("Окно, жильцы, ступени. Бездействие прокуратуры, следователь не отвечает", "prosecutor"),
    ],
)
def test_a_model_does_not_erase_a_firm_rule(session, champion, text, agency):
    found = suggesting.suggest(session, text, day=DAY)

    assert agency in [one.agency for one in found.offered]
    assert not found.sure or found.offered[0].agency == agency


def test_kazakh_goes_by_the_lexicon_while_no_kazakh_was_learned(session, champion):
    text = "Лифт жұмыс істемейді, кіреберіс кір"
    found = suggesting.suggest(session, text, day=DAY)

    hits = lexicon(session).hits(text, day=DAY)
    assert found.offered[0].agency == "housing"
    assert found.shares == {"housing": 1.0}
    assert {hit.entry.kind for hit in hits} == {"housing"}


def test_one_model_speaks_at_a_time_and_the_file_of_the_former_is_let_go(session, model, champion):
    newer = classifier.keep(session, model, source="decisions", examples=1, now=NOW)
    classifier.promote(session, newer)
    session.commit()
    session.refresh(champion)

    assert classifier.champion(session) is newer
    assert (champion.standing, champion.file) == (Standing.RETIRED, b"")


def test_where_the_file_was_changed_the_lexicon_speaks_alone(session, champion, caplog):
    session.execute(
        update(RoutingModel).values(file=learned.packed(classifier.opened(champion)) + b" ")
    )
    session.commit()
    session.refresh(champion)
    classifier._loaded.clear()

    for _ in range(2):
        found = suggesting.suggest(session, "Подъезде лифт тұрып қалды", day=DAY)
        assert (found.model, found.offered[0].agency) == (None, "housing")
    told = "The routing model does not match its hash; train it again."
    assert caplog.messages == [f"the routing model {champion.id} is left out: {told}"]
    classifier._unusable.clear()
