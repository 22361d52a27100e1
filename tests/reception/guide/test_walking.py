"""The way through a procedure: every combination of answers reaches an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reception.guide import entering, lines, walking
from reception.guide.procedure import Condition, Procedure


def released():
    for text in entering._file("life_situations.jsonl"):
        line = lines.read_line(text)
        yield lines.procedure(line, entering.supplements().get(line.slug))


PROCEDURES = list(released())
QUESTION = {
    "key": "citizen", "text": {"en": "Are you a citizen?"}, "kind": "bool",
}  # fmt: skip


def procedure(*facts, steps=()):
    return Procedure.model_validate({"title": {"en": "A"}, "facts": facts, "steps": steps})


@given(st.sampled_from(PROCEDURES), st.data())
def test_whatever_is_answered_leads_to_steps_and_an_outcome(procedure, data):
    answers = {}
    while (question := walking.walk(procedure, answers).question) is not None:
        assert question.key not in answers
        answers[question.key] = data.draw(st.sampled_from(walking.samples(procedure, question)))

    way = walking.walk(procedure, answers)
    assert way.steps
    assert way.outcomes
    assert way.answers == answers


def test_every_combination_of_the_imported_situations_reaches_an_outcome():
    for one in PROCEDURES:
        ways = list(walking.ways(one))

        assert 0 < len(ways) < walking.MOST_WAYS
        assert all(walking.walk(one, answers).outcomes for answers in ways), one.title.en


def test_every_step_is_reached_on_some_way():
    for one in PROCEDURES:
        reached = {s.key for a in walking.ways(one) for s in walking.walk(one, a).steps}

        assert reached == {step.key for step in one.steps}, one.title.en


@given(st.dictionaries(st.sampled_from(["citizen", "age", "born", "land"]), st.text(max_size=12)))
def test_no_answer_breaks_the_way(answers):
    many = procedure(
        QUESTION,
        {"key": "age", "kind": "int", "text": {}},
        {"key": "born", "kind": "date", "text": {}},
        {"key": "land", "kind": "country", "text": {}},
        steps=[
            {"key": "s1", "title": {"en": "A"}, "when": {"all": [
                {"fact": "citizen", "value": True}, {"fact": "age", "op": "ge", "value": 18},
                {"fact": "born", "op": "lt", "value": "2000-01-01"},
                {"fact": "land", "op": "ne", "value": "KZ"}]}},
        ],
    )  # fmt: skip

    way = walking.walk(many, answers)
    assert set(way.answers) <= set(answers)


@pytest.mark.parametrize(
    ("op", "holding"),
    [
        ("lt", [17]),
        ("le", [17, 18]),
        ("eq", [18]),
        ("ne", [17, 19]),
        ("ge", [18, 19]),
        ("gt", [19]),
    ],
)
def test_numbers_are_compared_as_numbers(op, holding):
    condition = Condition(fact="age", op=op, value=18)

    assert [n for n in (17, 18, 19) if walking.holds(condition, {"age": n})] == holding


def test_samples_of_a_number_stand_on_both_sides_of_each_bound():
    aged = procedure(
        {"key": "age", "kind": "int", "text": {"en": "Age?"}},
        steps=[
            {"key": "s1", "title": {"en": "A"}, "when": {"fact": "age", "op": "ge", "value": 18}}
        ],
    )

    assert [answers["age"] for answers in walking.ways(aged)] == ["17", "18", "19"]


def test_a_question_that_changes_nothing_is_not_asked():
    idle = procedure(QUESTION, steps=[{"key": "s1", "title": {"en": "A"}}])

    assert walking.walk(idle, {}).question is None


def test_questions_come_in_the_order_of_the_editor_and_only_where_they_matter():
    options = [{"value": "a", "text": {"en": "A"}}, {"value": "b", "text": {"en": "B"}}]
    second = {
        "key": "kind", "text": {"en": "Which?"}, "options": options,
        "when": {"fact": "citizen", "value": True},
    }  # fmt: skip
    asking = procedure(
        QUESTION, second,
        steps=[{"key": "s1", "title": {"en": "A"}},
               {"key": "s2", "title": {"en": "B"}, "when": {"fact": "kind", "value": "a"}}],
    )  # fmt: skip
    ways = list(walking.ways(asking))

    assert ways == [
        {"citizen": "yes", "kind": "a"},
        {"citizen": "yes", "kind": "b"},
        {"citizen": "no"},
    ]
