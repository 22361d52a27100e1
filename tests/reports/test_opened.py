"""Open data sets: released under a number, small counts hidden, told to people and programs."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import frictionless
import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, Graph, Literal, Namespace, URIRef
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from agencies.appeals import Appeal, Applicant
from agencies.staff import Role
from reports import measuring, periods, withdrawals
from reports.alerts import Alert
from reports.opened import monthly, releases, sets
from reports.readings import Reading
from tests.make import make_officer, sign_in
from tests.reports.proposing import NOW as PROPOSED
from tests.reports.proposing import drafted, sent
from tests.reports.register import add_case
from tests.reports.test_releases import NOW, OCTOBER, add_month

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
ADMS = Namespace("http://www.w3.org/ns/adms#")
DCAT, SPDX = (Namespace(f"http://{end}#") for end in ("www.w3.org/ns/dcat", "spdx.org/rdf/terms"))
NUMBERS = {"value", "numerator", "denominator", "received", "due", "in_time", "extended",
           "redirected", "overdue_open", "reopened", "consulted", "failed", "observed"}  # fmt: skip


@pytest.fixture
def october(session: Any) -> Any:
    """A measured month: sixty matters at one agency, ten at a second, three at a third."""
    add_month(session, 60)
    for agency, n in (("ecology", 10), ("transport_roads", 3)):
        for k in range(n):
            add_case(session, f"2026-10-{k + 1:02} 04:00", agencies=(agency,), subject="04.01")
    session.flush()
    measuring.take(session, OCTOBER, now=NOW)
    session.add(
        Alert(series="category:04", week=date(2026, 10, 5), method="farrington", observed=31,
              expected=12.34, bound=20, dispersion=1.2, p=0.0001, tested=40, raised_at=NOW,
              reason="")
    )  # fmt: skip
    session.flush()
    return session


def rows(session: Any, name: str) -> list[dict[str, Any]]:
    return releases.one(session, name, "latest").rows


def publish(session: Any, now: datetime = NOW) -> dict[str, releases.OpenRelease]:
    return {one.dataset: one for one in releases.publish_all(session, now=now)}


def test_every_set_has_a_reader_and_every_column_a_meaning_in_three_languages() -> None:
    assert list(releases.READERS) == list(sets.known())
    for one in sets.known().values():
        assert set(one.key) <= set(one.heads)
        assert all(all((c.name_kk, c.name_ru, c.name_en)) for c in one.columns), one.name


def test_a_night_publishes_each_set_once_and_the_next_adds_nothing(october: Any) -> None:
    made = publish(october)

    assert {"measures-monthly", "appeals-agency-monthly", "code-lists", "calendar"} <= set(made)
    assert "proposals" not in made
    for one in made.values():
        assert one.digest == hashlib.sha256(one.file.encode()).hexdigest()
        assert one.row_count == len(one.rows) == one.changes["added"]
    assert publish(october, NOW + timedelta(days=1)) == {}


def test_counts_of_one_to_four_are_in_no_set_and_no_sum_tells_them(october: Any) -> None:
    publish(october)

    for name in releases.READERS:
        found = releases.of(october, name)
        for row in found[0].rows if found else []:
            small = {k: v for k, v in row.items() if k in NUMBERS and v in (1, 2, 3, 4)}
            kind = sets.by_name(name)
            times = {"value"} if row.get("flag") == "" and name == "measures-monthly" else set()
            assert not small.keys() - times, (kind.name, row)
    agencies = {row["agency"]: row for row in rows(october, "appeals-agency-monthly")}
    assert agencies["housing"]["received"] == 60
    assert agencies["transport_roads"]["received"] is None
    assert agencies["ecology"]["received"] is None, "73 - 60 - 10 would tell the three"
    assert agencies["ecology"]["flag"] == agencies["transport_roads"]["flag"] == "c"


def test_what_gives_each_other_away_is_hidden_together() -> None:
    own = {code: Reading(n, None, n) for code, n in (("closed", 58), ("open", 2), ("received", 60))}

    assert monthly._hidden(own) == {"closed", "open"}


def test_who_gave_no_number_is_not_told_by_the_number_of_those_who_did(october: Any) -> None:
    """Of 73 appeals 70 have a known person: the difference would be three."""
    known = october.scalars(select(Appeal).order_by(Appeal.id).limit(70))
    for n, appeal in enumerate(known):
        appeal.applicant = Applicant(name="Сынақ Адам", iin_index=n.to_bytes(4, "big"))
    october.flush()
    measuring.take(october, OCTOBER, now=NOW + timedelta(hours=1))

    publish(october, NOW + timedelta(hours=2))

    told = {row["measure"]: row for row in rows(october, "measures-monthly")}
    assert told["received"]["value"] == 73
    for code in ("person_unknown", "repeated_share", "frequent_share"):
        assert (told[code]["numerator"], told[code]["flag"]) == (None, "c")
    assert told["repeated_share"]["denominator"] is told["frequent_share"]["denominator"] is None


def test_a_month_stays_as_it_was_first_published_until_a_release_is_withdrawn(
    october: Any,
) -> None:
    publish(october)
    before = rows(october, "measures-monthly")
    add_month(october, 3)
    measuring.take(october, OCTOBER, now=NOW + timedelta(days=1))

    assert "measures-monthly" not in publish(october, NOW + timedelta(days=1))
    first = releases.one(october, "measures-monthly", "latest")
    analyst = make_officer(october, Role.ANALYST)
    withdrawals.withdraw(first, reason="Counted twice by mistake.", by=analyst, now=NOW)
    again = publish(october, NOW + timedelta(days=2))["measures-monthly"]
    assert again.version == 2
    assert rows(october, "measures-monthly") != before


def test_a_month_of_few_appeals_is_in_no_set(session: Any) -> None:
    add_month(session, 19)
    measuring.take(session, OCTOBER, now=NOW)
    made = publish(session)
    assert not {"measures-monthly", "appeals-agency-monthly"} & set(made)


def test_a_release_cannot_be_changed_or_deleted(october: Any) -> None:
    publish(october)
    for statement in ("UPDATE open_release SET file = 'x'", "DELETE FROM open_release"):
        with pytest.raises(DBAPIError), october.begin_nested():
            october.execute(text(statement))


def test_a_proposal_is_open_once_it_is_public_and_silence_is_an_answer(session: Any) -> None:
    drafted(session, persons=6)
    one = sent(session)

    publish(session, PROPOSED)

    (told,) = rows(session, "proposals")
    assert (told["number"], told["status"], told["votes_for"]) == (one.number, "sent", 3)
    assert told["persons"] == 6
    assert rows(session, "proposal-rows")[0]["proposed_ru"] == "Заявление подаётся один раз."
    assert rows(session, "proposal-answers")[0]["verdict"] == "awaited"
    late = publish(session, PROPOSED + timedelta(days=60))
    assert late["proposal-answers"].changes == {"added": 0, "changed": 1, "removed": 0}
    assert rows(session, "proposal-answers")[0]["verdict"] == "silent"


def test_everybody_finds_a_set_its_columns_its_releases_and_its_file(
    client: FlaskClient, october: Any
) -> None:
    publish(october)
    october.commit()

    for language, title in (
        ("kk", "Ашық деректер"),
        ("ru", "Открытые данные"),
        ("en", "Open data"),
    ):
        listed = client.get(f"/open?lang={language}").text
        assert title in listed
        assert sets.by_name("measures-monthly").title[language] in listed
        assert sets.by_name("proposal-effects").first[language] in listed
    page = client.get("/open/alarms-weekly?lang=en").text
    assert "Monday of the week" in page
    assert releases.one(october, "alarms-weekly", "1").digest in page
    led = client.get("/open/alarms-weekly/latest/alarms-weekly.csv")
    assert led.status_code == 302
    file = client.get(led.headers["Location"])
    assert file.text == releases.one(october, "alarms-weekly", "1").file
    assert "2026-10-05,04,31,12.3,20,40,farrington,raised," in file.text
    assert client.get("/open/alarms-weekly/1/other.csv").status_code == 404
    assert client.get("/open/nothing").status_code == 404
    assert 'href="/open"' in client.get("/figures").text


def test_programs_read_the_rows_the_schema_and_the_catalogue(
    client: FlaskClient, october: Any, tmp_path: Any
) -> None:
    publish(october)
    october.commit()

    named = {one["name"]: one for one in client.get("/api/v1/open").json["items"]}
    assert named["measures-monthly"]["releases"][0]["version"] == 1
    told = client.get("/api/v1/open/measures-monthly/latest").json
    received = next(row for row in told["items"] if row["measure"] == "received")
    assert (received["month"], received["value"], received["number"]) == ("2026-10", 73, "F01")
    graph = Graph().parse(data=client.get("/api/v1/catalog.jsonld").text, format="json-ld")
    for name in ("measures-monthly", "code-lists", "alarms-weekly"):
        package = client.get(f"/api/v1/open/{name}/1/datapackage.json").json
        (tmp_path / f"{name}.csv").write_text(releases.one(october, name, "1").file)
        package["resources"][0] |= {"path": f"{name}.csv", "scheme": "file"}
        report = frictionless.Package(package, basepath=str(tmp_path)).validate()
        assert report.valid, report.to_summary()
        entry = next(graph.subjects(DCTERMS.identifier, Literal(f"HALL-{name}-v1")))
        titles = graph.objects(entry, DCTERMS.title)
        assert {title.language for title in titles} == {"kk", "ru", "en"}
        assert set(graph.objects(entry, DCAT.distribution))


def test_the_catalogue_tells_earlier_releases_as_versions_and_leaves_out_withdrawn_ones(
    client: FlaskClient, october: Any
) -> None:
    publish(october)
    alert = october.scalars(select(Alert)).one()
    made = []
    for day in (1, 2):
        alert.expected += day
        made.append(publish(october, NOW + timedelta(days=day))["alarms-weekly"])
    analyst = make_officer(october, "analyst")
    withdrawals.withdraw(made[0], reason="Шек қате есептелген.", by=analyst, now=NOW)
    october.commit()

    text = client.get("/api/v1/catalog.jsonld?theme=governance").text
    graph = Graph().parse(data=text, format="json-ld")
    own = URIRef("http://hall.test/open/alarms-weekly")
    by_version = {
        str(graph.value(one, DCAT.version)): one for one in graph.subjects(DCAT.inSeries, own)
    }
    assert set(by_version) == {"1", "3"}
    assert graph.value(by_version["3"], DCAT.previousVersion) == by_version["1"]
    states = [str(graph.value(by_version[n], ADMS.status)).rpartition("/")[2] for n in "13"]
    assert states == ["DEPRECATED", "COMPLETED"]


def test_a_keeper_withdraws_a_release_and_its_file_is_given_out_no_more(
    client: FlaskClient, october: Any
) -> None:
    publish(october)
    october.commit()
    path = "/open/calendar/1/withdraw"
    assert client.post(path, data={"reason": "A wrong day stands in it."}).status_code in (302, 401)
    sign_in(client, make_officer(october, Role.ANALYST))
    assert client.post(path, data={"reason": "short"}).status_code == 422
    assert client.post(path, data={"reason": "A wrong day stands in it."}).status_code == 302
    assert client.get("/open/calendar/1/calendar.csv").status_code == 409
    assert client.get("/api/v1/open/calendar/1").json["items"] == []
    assert "A wrong day stands in it." in client.get("/open/calendar").text


def test_a_night_takes_a_few_of_the_months_before_the_house_measured(
    october: Any,
) -> None:
    add_case(october, "2026-05-04 04:00")
    october.commit()
    left = measuring.unmeasured(october, today=date(2026, 11, 2))
    assert [one.name for one in left] == ["2026-09", "2026-08", "2026-07"]
    measuring.take(october, periods.parse("2026-09"), now=NOW)
    again = measuring.unmeasured(october, today=date(2026, 11, 2))
    assert [one.name for one in again] == ["2026-08", "2026-07", "2026-06"]
