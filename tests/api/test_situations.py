"""Open calls of the guide: without a key, for other systems, in the shapes of their standards."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from pyshacl import validate
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from reception.api.shapes import SituationShape, SituationsShape
from reception.guide import entering
from reception.guide.interchange import CONTEXT, expression
from reception.guide.procedure import Condition

DATA = Path(__file__).parents[3] / "shared" / "data"
PROFILE, EXAMPLE = DATA / "cpsv_ap_3_2_0_profile.json", DATA / "cpsv_example_life_situation.jsonld"
given_profile = pytest.mark.skipif(not PROFILE.exists(), reason="the profile is missing")
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
SH = Namespace("http://www.w3.org/ns/shacl#")
ANY_LITERAL = {"rdf:langString", "xsd:duration", "xsd:double"}


@pytest.fixture
def hall(session, now, client):
    entering.seed(session, now=now)
    session.commit()
    return client


@pytest.fixture(scope="module")
def shapes():
    """SHACL shapes written from the profile: cardinality, data type or kind of node."""
    profile = json.loads(PROFILE.read_text(encoding="utf-8"))
    names = {prefix: Namespace(address) for prefix, address in profile["prefixes"].items()}

    def address(name):
        prefix, _, local = name.partition(":")
        return names[prefix][local] if prefix in names else URIRef(name)

    graph = Graph()
    for number, (kind, properties) in enumerate(profile["classes"].items()):
        shape = URIRef(f"urn:shape:{number}")
        graph.add((shape, RDF.type, SH.NodeShape))
        graph.add((shape, SH.targetClass, address(kind)))
        for place, (path, rule) in enumerate(properties.items()):
            part = URIRef(f"urn:shape:{number}:{place}")
            graph.add((shape, SH.property, part))
            graph.add((part, SH.path, address(path)))
            graph.add((part, SH.minCount, Literal(rule["min"])))
            if rule["max"] is not None:
                graph.add((part, SH.maxCount, Literal(rule["max"])))
            wanted = rule["range"]
            if wanted in ANY_LITERAL:
                graph.add((part, SH.datatype, address(wanted)))
            elif wanted in profile["classes"] and wanted != "org:Organization":
                graph.add((part, SH["class"], address(wanted)))
    return graph


def conforms(text, shapes):
    data = Graph().parse(data=text, format="json-ld")
    fine, _, told = validate(data, shacl_graph=shapes, advanced=False, inference="none")
    return fine, told, data


@given_profile
def test_the_example_conforms_and_without_its_authority_it_does_not(shapes):
    whole = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert conforms(json.dumps(whole), shapes)[0]

    for node in whole["@graph"]:
        node.pop("cv:hasCompetentAuthority", None)
        node.pop("dct:spatial", None)
    fine, told, _ = conforms(json.dumps(whole), shapes)
    assert not fine
    assert told.count("Constraint Violation") == 2


@given_profile
def test_all_situations_conform_to_cpsv_ap(hall, shapes):
    answer = hall.get("/api/v1/situations.jsonld")

    assert answer.mimetype == "application/ld+json"
    fine, told, data = conforms(answer.get_data(as_text=True), shapes)
    assert fine, told[:2000]
    service = URIRef("http://purl.org/vocab/cpsv#PublicService")
    assert len(set(data.subjects(RDF.type, service))) > 250


@given_profile
def test_the_prefixes_are_those_of_the_profile():
    prefixes = json.loads(PROFILE.read_text(encoding="utf-8"))["prefixes"]
    assert {name: prefixes[name] for name in CONTEXT if name in prefixes} == CONTEXT


def test_anybody_reads_the_list_and_an_unchanged_one_is_not_sent_again(hall):
    first = hall.get("/api/v1/situations")

    TypeAdapter(SituationsShape).validate_python(first.json)
    assert (len(first.json["items"]), first.json["next"]) == (79, None)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = hall.get("/api/v1/situations", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_pages_follow_each_other(hall, monkeypatch):
    monkeypatch.setattr("reception.api.situations.PAGE", 50)
    first = hall.get("/api/v1/situations").json
    second = hall.get("/api/v1/situations", query_string={"cursor": first["next"]}).json

    slugs = [item["slug"] for item in first["items"] + second["items"]]
    assert len(set(slugs)) == 79
    assert second["next"] is None


def test_a_situation_says_what_to_ask_and_then_what_to_do(hall):
    path = "/api/v1/situations/identity-card-replacement"
    asked = hall.get(path).json
    told = hall.get(f"{path}?how=stolen&again=yes").json

    TypeAdapter(SituationShape).validate_python(told)
    assert (asked["question"], told["question"]) == ("how", None)
    assert [step["key"] for step in told["steps"]] == ["s1", "s3", "s4"]
    assert told["steps"][1]["fees"][0]["tenge"] == 4325
    assert told["how_to"]["@type"] == "HowTo"


def test_own_words_find_a_situation(hall):
    found = hall.get("/api/v1/situations", query_string={"q": "потерял работу"}).json

    assert found["items"][0]["slug"] == "i-lost-my-job"


def test_a_situation_is_a_service_of_open_referral(hall):
    told = hall.get("/api/v1/situations/obtain-passport/hsds").json

    assert told["organization"]["id"] == "tson"
    assert told["cost_options"] == [{"amount": 34600, "currency": "KZT"}]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/situations/no-such", 404), ("/situations/%00", 404), ("/situations?as_of=x", 422),
        ("/situations/obtain-passport?as_of=x", 422), ("/situations?magic=1", 422),
        ("/situations?q=%00", 422), ("/situations?cursor=%27%3B--", 200),
        ("/situations?category=none", 200),
    ],
)  # fmt: skip
def test_clumsy_calls_are_answered_calmly(hall, path, status):
    assert hall.get(f"/api/v1{path}").status_code == status


def test_a_condition_is_written_as_one_line():
    condition = Condition.model_validate(
        {
            "all": [{"fact": "how", "value": "lost"}],
            "none": [{"fact": "age", "op": "ge", "value": 18}],
        }
    )
    assert expression(condition) == "how == lost and not (age >= 18)"
