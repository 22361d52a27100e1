"""What a case costs: whatever it has been through and whoever opens it, twelve statements."""

from datetime import timedelta

import pytest

from agencies import (
    attachments,
    hearings,
    leading,
    merging,
    quality,
    redress,
    resolution,
    routing,
    terms,
)
from agencies.directory import agency_by_code
from agencies.staff import Role
from reception import complaining
from tests.make import keys, make_appeal, make_officer, sign_in

MOST = 12


class Casework:
    """Each method leads a new appeal through what its name says; housing has the first claim."""

    def __init__(self, session, now, folder):
        self.session, self.now, self.folder = session, now, folder
        self.law = terms.law(session)
        self.people = {role: make_officer(session, role) for role in (Role.CLERK, Role.SUPERVISOR)}
        for code in ("housing", "police"):
            for role in (Role.OFFICER, Role.HEAD):
                self.people[code, role] = make_officer(session, role, agency=code)

    def by(self, role, agency="housing"):
        return {"by": self.people[agency, role], "now": self.now}

    def plain(self, status="in_work", **draft):
        officer, head = self.people["housing", Role.OFFICER], self.people["housing", Role.HEAD]
        return make_appeal(
            self.session, status=status, officer=officer, head=head, now=self.now, **draft
        )

    def split(self):
        appeal = self.plain(claims=[f"Мәселе {n}." for n in range(4)])
        for claim in appeal.claims[2:]:
            claim.agency = agency_by_code(self.session, "police")
        return appeal

    def joint(self):
        appeal = self.split()
        for claim in appeal.claims:
            code = claim.agency.code
            resolution.draft_answer(self.session, claim, text="Шара қолданылды.",
                                    outcome="satisfied", **self.by(Role.OFFICER, code))  # fmt: skip
            resolution.approve(self.session, claim, **self.by(Role.HEAD, code))
        leading.prepare(self.session, appeal, opening="Бірге.", **self.by(Role.OFFICER))
        return appeal

    def joint_and_sent(self):
        appeal = self.joint()
        leading.send(self.session, appeal, **self.by(Role.HEAD))
        return appeal

    def hearing(self):
        appeal = self.plain()
        day = appeal.claims[0].due_on - timedelta(days=4)
        hearings.hear(self.session, appeal.claims[0], on=day, decision="Бас тарту көзделген.",
                      law=self.law, **self.by(Role.OFFICER))  # fmt: skip
        return appeal

    def attachments(self):
        appeal = self.plain()
        for name in ("1.pdf", "2.pdf", "3.pdf"):
            attachments.attach(self.session, appeal, name, b"%PDF-1.4\n%%EOF", folder=self.folder,
                               **self.by(Role.OFFICER))  # fmt: skip
        return appeal

    def controlled(self):
        appeal = self.plain("in_approval")
        quality.take(appeal.claims[0], by=self.people[Role.SUPERVISOR], now=self.now)
        return appeal

    def redirected(self):
        appeal = make_appeal(self.session, status="routed", agency="police", now=self.now)
        routing.redirect(self.session, appeal.claims[0], reason="Лифт", law=self.law,
                         to=agency_by_code(self.session, "housing"),
                         **self.by(Role.OFFICER, "police"))  # fmt: skip
        return appeal

    def reviewed(self):
        appeal = self.plain("answered")
        redress.rate(self.session, appeal.claims[0], score=1, agrees=False, reasons=["no_law"],
                     words="Келіспеймін.", law=self.law, now=self.now)  # fmt: skip
        return appeal

    def complaint(self):
        about = self.plain("answered")
        done = complaining.lodge(self.session, about.claims[0], text="Шағымданамын.", law=self.law,
                                 keys=keys(), now=self.now)  # fmt: skip
        routing.route(self.session, done.appeal.claims[0], by=self.people[Role.CLERK],
                      to=agency_by_code(self.session, "housing"), now=self.now)  # fmt: skip
        return done.appeal

    def collective(self):
        applicant = {"name": "Тұрғындар", "representative": "Сәуле Қасқырбаева", "signatories": 12}
        return self.plain("routed", applicant=applicant)

    def same_object(self):
        words = "Абай даңғылы, 52 үй: лифт жүрмейді, лифт үшінші күн тұр."
        self.plain(text=words)
        return self.plain(text=words)

    def took_another_in(self):
        main, later = self.plain(), self.plain("routed")
        merging.merge(self.session, later, into=main, by=self.people[Role.CLERK], now=self.now)
        return main

    def closed(self):
        return self.plain("closed", claims=["Бір.", "Екі."])


CASES = (
    "plain", "split", "joint", "joint_and_sent", "hearing", "attachments", "controlled",
    "redirected", "reviewed", "complaint", "collective", "same_object", "took_another_in",
    "closed",
)  # fmt: skip


@pytest.fixture
def casework(session, now, tmp_path):
    return Casework(session, now, tmp_path)


@pytest.mark.parametrize("case", CASES)
def test_a_case_takes_twelve_statements_whatever_it_has_been_through(
    client, session, casework, statements, case
):
    appeal = getattr(casework, case)()
    session.commit()
    spent = {}
    for who, person in casework.people.items():
        sign_in(client, person)
        with statements() as seen:
            answer = client.get(f"/workspace/appeals/{appeal.number}")
        if "police" not in who or case in ("split", "joint", "joint_and_sent"):
            assert answer.status_code == 200
            spent[who] = len(seen)

    assert max(spent.values()) <= MOST, spent
