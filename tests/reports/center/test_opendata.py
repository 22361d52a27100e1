"""Open data: a catalogue that harvesters read, packages that hold, versions, limits."""

import hashlib
import json
from datetime import timedelta

import frictionless
import pytest
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef

from reception import limits
from reports import releases, withdrawals
from reports.center.records import Indicator
from tests.make import make_officer
from tests.reports.test_releases import NOW, OCTOBER, add_month

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
FILES = ("datapackage.json", "observations.csv", "areas.csv")
NEEDED = {
    DCAT.Catalog: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset},
    DCAT.Dataset: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.identifier,
                   DCAT.theme, DCAT.distribution, DCTERMS.accrualPeriodicity, DCTERMS.modified},
    DCAT.Distribution: {DCAT.accessURL, DCTERMS.license, DCTERMS["format"]},
    DCAT.DataService: {DCTERMS.title, DCAT.endpointURL},
}  # fmt: skip
"""What DCAT-AP demands or recommends of each class."""


@pytest.fixture
def published(load, client):
    load(
        "POP_TOTAL,ALMATY,2023-01-01,A,all,2161695,person,A,Bureau of National Statistics",
        "POP_TOTAL,ALMATY,2023-01-01,A,female,1157823,person,A,Bureau of National Statistics",
        "POP_TOTAL,ALMATY,2022-01-01,A,all,,person,M,Bureau of National Statistics",
        "EDU_SCHOOLS,medeu,2022,A,all,42,school,A,X",
    )
    return client


def test_the_catalogue_is_read_as_dcat(published):
    answer = published.get("/api/v1/catalog.jsonld")
    graph = Graph().parse(data=answer.text, format="json-ld")

    assert answer.mimetype == "application/ld+json"
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == 2
    for kind, properties in NEEDED.items():
        for node in graph.subjects(RDF.type, kind):
            assert not properties - set(graph.predicates(node)), (kind, node)
    population = next(graph.subjects(DCTERMS.identifier, Literal("POP_TOTAL")))
    assert {title.language for title in graph.objects(population, DCTERMS.title)} == {
        "kk", "ru", "en",
    }  # fmt: skip
    licences = set(graph.objects(None, DCTERMS.license))
    assert licences == {URIRef("https://creativecommons.org/licenses/by/4.0/")}


@pytest.fixture
def released(published, center):
    """Two releases of October beside the indicators."""
    add_month(center, 60)
    releases.publish_ended(center, now=NOW)
    add_month(center, 45, subject="04.01")
    releases.publish_ended(center, now=NOW + timedelta(days=1))
    center.commit()
    return releases.of_month(center, OCTOBER)


def test_each_release_of_the_public_figures_is_a_dataset_with_its_date_and_checksum(
    published, released
):
    graph = Graph().parse(
        data=published.get("/api/v1/catalog.jsonld?theme=governance").text, format="json-ld"
    )

    for kind, properties in NEEDED.items():
        for node in graph.subjects(RDF.type, kind):
            assert not properties - set(graph.predicates(node)), (kind, node)
    newer, older = (
        next(graph.subjects(DCTERMS.identifier, Literal(f"HALL-2026-10-v{one.version}")))
        for one in released
    )
    assert graph.value(newer, DCAT.previousVersion) == older
    assert graph.value(newer, DCAT.inSeries) == URIRef("http://hall.test/figures")
    assert str(graph.value(older, DCTERMS.issued)) == "2026-11-02T10:00:00+05:00"
    assert str(graph.value(older, ADMS.status)).endswith("/DEPRECATED")
    span = graph.value(newer, DCTERMS.temporal)
    assert [str(graph.value(span, end)) for end in (DCAT.startDate, DCAT.endDate)] == [
        "2026-10-01", "2026-10-31",
    ]  # fmt: skip


def test_the_checksum_of_the_catalogue_is_that_of_the_file_it_leads_to(published, released):
    for one in published.get("/api/v1/catalog.jsonld?theme=governance").json["dcat:dataset"]:
        file = one["dcat:distribution"][0]
        content = published.get(file["@id"].removeprefix("http://hall.test")).data
        told = file["spdx:checksum"]["spdx:checksumValue"]["@value"]
        assert told == hashlib.sha256(content).hexdigest()


def test_a_withdrawn_release_is_not_in_the_catalogue(published, released, center):
    analyst = make_officer(center, "analyst")
    withdrawals.withdraw(released[0], reason="Санаулы қате болды.", by=analyst, now=NOW)
    center.commit()
    found = published.get("/api/v1/catalog.jsonld?theme=governance").json["dcat:dataset"]

    assert [one["dct:identifier"] for one in found] == ["HALL-2026-10-v1"]
    assert "dcat:previousVersion" not in found[0]


def test_releases_are_left_out_where_another_theme_is_asked_for(published, released):
    found = published.get("/api/v1/catalog.jsonld?theme=education").json["dcat:dataset"]

    assert [one["dct:identifier"] for one in found] == ["EDU_SCHOOLS"]


def test_the_catalogue_is_narrowed_by_theme(published):
    found = published.get("/api/v1/catalog.jsonld?theme=education").json["dcat:dataset"]

    assert [one["dct:identifier"] for one in found] == ["EDU_SCHOOLS"]


def test_every_address_of_the_catalogue_can_be_opened(published, released):
    for dataset in published.get("/api/v1/catalog.jsonld").json["dcat:dataset"]:
        for one in (dataset, *dataset["dcat:distribution"]):
            path = one["@id"].removeprefix("http://hall.test")
            assert published.get(path).status_code == 200, path


def test_a_package_holds_against_its_own_description(published, tmp_path):
    for name in FILES:
        answer = published.get(f"/api/v1/datasets/pop_total/{name}")
        (tmp_path / name).write_bytes(answer.data)

    report = frictionless.validate(str(tmp_path / "datapackage.json"))

    assert report.valid, report.to_summary()
    assert [task.stats["rows"] for task in report.tasks] == [3, 12]
    (tmp_path / "observations.csv").write_text((tmp_path / "areas.csv").read_text())
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_the_version_moves_with_the_content_and_the_changelog_tells_why(published, load, clock):
    def version():
        return int(published.get("/api/v1/datasets/pop_total/datapackage.json").json["version"])

    before = version()
    other = published.get("/api/v1/datasets/edu_schools/datapackage.json").json["version"]
    clock.advance(days=1)
    load("POP_TOTAL,ALMATY,2023-01-01,A,all,2161700,person,A,X", name="b.csv")

    assert version() > before
    assert other == published.get("/api/v1/datasets/edu_schools/datapackage.json").json["version"]
    changes = published.get("/api/v1/datasets/pop_total/changelog.json").json["items"]
    assert [(one["version"], one["entered"], one["revised"]) for one in changes] == [
        (version(), 1, 1), (before, 3, 0),
    ]  # fmt: skip


def test_an_unchanged_package_is_not_sent_again(published):
    first = published.get("/api/v1/datasets/pop_total/datapackage.json")
    marks = {"If-None-Match": first.headers["ETag"]}

    assert published.get("/api/v1/datasets/pop_total/datapackage.json", headers=marks).data == b""
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_not_open_has_no_dataset(published, center):
    center.query(Indicator).filter_by(code="EDU_SCHOOLS").one().open = False
    center.commit()

    assert published.get("/api/v1/datasets/edu_schools/datapackage.json").status_code == 404
    assert published.get("/api/v1/datasets/nothing/changelog.json").status_code == 404
    assert "EDU_SCHOOLS" not in published.get("/api/v1/catalog.jsonld").text


def test_who_asks_too_often_is_told_when_to_come_back(published, monkeypatch, clock):
    monkeypatch.setattr(limits, "A_MINUTE", 3)
    clock.advance(days=400, seconds=20)

    answers = [published.get("/api/v1/indicators") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Remaining"] == "2"
    assert answers[3].headers["Retry-After"] == "40"
    assert json.loads(answers[3].data)["title"] == "http 429"
    clock.advance(minutes=1)
    assert published.get("/api/v1/indicators").status_code == 200


def test_a_broker_that_is_down_limits_nobody(published, monkeypatch):
    def down(url):
        raise limits.redis.ConnectionError

    monkeypatch.setattr(limits, "broker", down)

    assert published.get("/api/v1/indicators").status_code == 200
