"""Addresses of a living hall: every page that a person may open, and who opens it.

Pages with a number or a key in their address are reached as people reach them.
"""

import os
import re
import time
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.journeys.browsing import Visitor, visitor

PUBLIC = ""
"""Nobody's sign-in."""
STATES = {
    "registered": "clerk",
    "routed": "housing",
    "in_work": "roads",
    "in_approval": "housing-head",
    "answered": "housing",
}
"""Who looks at a case in that state."""


@dataclass(frozen=True)
class Place:
    """A page by a name for people, the endpoint that serves it, and a login that may open it.

    `path` may hold a name in braces, found in the hall by `find_names`.
    """

    name: str
    endpoint: str
    path: str
    login: str = PUBLIC


PLACES = (
    Place("front", "front.show", "/"),
    Place("accessibility", "front.accessibility", "/accessibility"),
    Place("sign-in", "login.sign_in", "/sign-in"),
    Place("sign-in-code", "second_factor.ask", "/sign-in/code"),
    Place("second-factor", "second_factor.show", "/account/second-factor", "analyst"),
    Place("kiosk", "kiosk.start", "/kiosk"),
    Place("kiosk-search", "kiosk.start", "/kiosk?q=жылу"),
    Place("kiosk-area", "kiosk.area", "/kiosk/home"),
    Place("kiosk-districts", "kiosk.area", "/kiosk/district"),
    Place("kiosk-service", "kiosk.service", "/kiosk/service/housing-general"),
    Place("kiosk-service-district", "kiosk.service", "/kiosk/service/akimat-medeu-general"),
    Place("kiosk-ticket", "kiosk.show_ticket", "/kiosk/ticket/{ticket}"),
    Place("kiosk-offline", "kiosk_offline.show", "/kiosk/offline"),
    Place("guide", "guide.find", "/guide"),
    Place("guide-search", "guide.find", "/guide?q=паспорт"),
    Place("guide-topic", "guide.find", "/guide?category=documents"),
    Place("guide-situation", "guide.show", "/guide/obtain-passport"),
    Place("guide-question", "guide.show", "/guide/divorce-by-consent"),
    Place("guide-slip", "guide.slip", "/guide/obtain-passport/slip"),
    Place("guide-editor", "guide_editor.show_list", "/guide-editor", "supervisor"),
    Place("guide-edit", "guide_editor.show", "/guide-editor/obtain-passport", "supervisor"),
    Place("guide-part", "guide_editor.edit", "/guide-editor/obtain-passport/step/s2", "supervisor"),
    Place(
        "guide-preview",
        "guide_editor.preview",
        "/guide-editor/obtain-passport/preview",
        "supervisor",
    ),
    Place("guide-breaks", "guide_breaks.show", "/guide-breaks", "council"),
    Place("kiosk-guide", "guide.kiosk_find", "/kiosk/guide"),
    Place("kiosk-situation", "guide.kiosk_show", "/kiosk/guide/loss-of-a-person"),
    Place("book", "booking.choose", "/book"),
    Place("book-times", "booking.times", "/book/housing-general"),
    Place("booked", "booking.show", "/booking/{booking}"),
    Place("kiosk-booking", "booking.enter", "/kiosk/booking"),
    Place("heads", "heads.show_schedule", "/heads"),
    Place("heads-enrol", "heads.show_sitting", "/heads/1"),
    Place("heads-enrolment", "heads.show_enrolment", "/heads/enrolment/{enrolment}"),
    Place("heads-desk", "heads.show_desk", "/desk/heads", "housing-head"),
    Place("booked-visits", "booked_visits.show_day", "/desk/bookings", "clerk"),
    Place("queue-rules", "queue_rules.show_rules", "/administration/queue", "admin"),
    Place("skills", "queue_rules.show_officers", "/administration/skills", "admin"),
    Place("skills-of", "queue_rules.show_officer", "/administration/skills/1", "admin"),
    Place("booking-rules", "booked_visits.show_rules", "/administration/bookings", "admin"),
    Place("phone", "phone.show", "/t/{ticket}"),
    Place("board", "board.show", "/board"),
    Place("hall", "supervisor.show", "/hall", "supervisor"),
    Place("hall-plan", "day_plan.show", "/hall/plan", "supervisor"),
    Place("hall-day-end", "day_end.show", "/hall/day-end", "supervisor"),
    Place("hall-history", "history.show", "/hall/history", "supervisor"),
    Place("fair-play", "fair_play.show", "/fair-play"),
    Place("devices", "administration.show_devices", "/administration/devices", "admin"),
    Place("webhooks", "webhooks.show", "/administration/webhooks", "admin"),
    Place("services", "administration.show_subject", "/administration/service", "admin"),
    Place("new-service", "administration.show_new", "/administration/service/new", "admin"),
    Place("service", "administration.show_record", "/administration/desk/D20", "admin"),
    Place("board-desk", "board.show_desk", "/board/desk/D20"),
    Place("kiosk-device", "devices.show", "/device"),
    Place("track", "track.show", "/a/{link}"),
    Place("check", "letters.check", "{check}"),
    Place("desk", "desk.show", "/desk", "housing"),
    Place("desk-choose", "desk.choose", "/desk/choose", "clerk"),
    Place("desk-new-ticket", "floor.new_ticket", "/desk/new-ticket", "clerk"),
    Place("intake", "intake.show", "/intake", "clerk"),
    Place("letters", "mail.show_list", "/intake/letters", "clerk"),
    Place("letter", "mail.show", "/intake/letters/1", "clerk"),
    Place("registered", "papers.show_registered", "/appeals/{answered}/registered", "clerk"),
    Place("unrouted", "papers.show_registered", "/appeals/{registered}/registered", "clerk"),
    Place("talon", "papers.show_talon", "/appeals/{answered}/talon", "clerk"),
    Place(
        "letter-preview", "letters.preview", "/appeals/{in_approval}/letter-preview", "housing-head"
    ),
    Place("signatures", "letters.list_signatures", "/appeals/{answered}/signatures", "clerk"),
    Place("protocol", "protocol.show", "/appeals/{answered}/protocol", "clerk"),
    Place("workspace", "workspace.show_list", "/workspace", "clerk"),
    Place("routing-quality", "workspace.show_routing", "/workspace/routing", "supervisor"),
    Place("reminders", "workspace.show_reminders", "/workspace/reminders", "housing-head"),
    Place("reviews", "workspace.show_reviews", "/workspace/reviews", "supervisor"),
    Place("sample", "workspace.show_sample", "/workspace/sample", "supervisor"),
    Place("lateness", "workspace.show_outlooks", "/workspace/lateness", "supervisor"),
    Place("lessons", "workspace.show_lessons", "/workspace/lessons", "analyst"),
    Place("questions", "workspace.show_questions", "/workspace/questions", "roads"),
    Place(
        "joint-work",
        "workspace.show_joint_work",
        "/workspace/appeals/{in_work}/joint-work",
        "roads",
    ),
    Place("similar", "workspace.show_similar", "/workspace/appeals/{in_work}/similar", "roads"),
    Place("circle", "workspace.show_circle", "/workspace/appeals/{in_work}/circle", "roads"),
    Place(
        "same-person",
        "workspace.show_same_person",
        "/workspace/appeals/{in_work}/same-person",
        "roads",
    ),
    Place("absences", "workspace.show_absences", "/workspace/absences", "housing-head"),
    Place("giving", "workspace.show_giving", "/workspace/giving?weeks=12", "housing-head"),
    Place("giving-rule", "workspace.show_giving_rule", "/workspace/giving/1", "housing-head"),
    Place("giving-read", "workspace.show_giving", "/workspace/giving", "supervisor"),
    Place("filter-counts", "workspace.count_filters", "/workspace/filters/counts", "supervisor"),
    Place("filters", "workspace.choose_filters", "/workspace/filters", "supervisor"),
    Place("subjects", "workspace.show_subjects", "/workspace/subjects", "housing"),
    Place("subject", "workspace.show_subject", "/workspace/subjects/01.01", "housing-head"),
    Place("topics", "administration.show_subject", "/administration/topic", "admin"),
    Place("replies", "workspace.show_replies", "/workspace/replies", "housing-head"),
    Place("reply-new", "workspace.new_reply", "/workspace/replies/new", "housing-head"),
    Place("reply", "workspace.show_reply", "/workspace/replies/1", "housing-head"),
    Place("writing", "workspace.show_writing", "{writing}", "roads"),
    Place("workspace-nothing", "workspace.show_list", "/workspace?q=жоқ-сөз", "housing"),
    *(
        Place(f"case-{state}", "workspace.show_case", f"/workspace/appeals/{{{state}}}", login)
        for state, login in STATES.items()
    ),
    Place("register", "register.show_anchors", "/register", "supervisor"),
    Place("register-readings", "register.show_readings", "/register/readings", "supervisor"),
    Place(
        "register-reconciliation",
        "register.show_reconciliation",
        "/register/reconciliation",
        "supervisor",
    ),
    Place(
        "register-proposals",
        "register.show_proposals",
        "/register/retention/proposals",
        "supervisor",
    ),
    Place("register-retention", "register.show_retention", "/register/retention", "supervisor"),
    Place("reports", "reports.archive", "/reports", "analyst"),
    Place("dashboard", "dashboards.show", "/dashboards", "analyst"),
    Place("hot-spots", "hot_spots.show", "/dashboards/hot-spots", "supervisor"),
    Place("published", "published.show", "/figures"),
    Place("measures", "measures.show", "/measures"),
    Place("open-data", "opened.show_all", "/open"),
    Place("open-set", "opened.show", "/open/calendar"),
    Place("alerts", "alerts.show_list", "/alerts", "analyst"),
    Place("month", "reports.show_month", "/reports/{month}", "council"),
    Place("month-nothing", "reports.show_month", "/reports/2019-01", "council"),
    Place("proposals", "proposals.register", "/proposals"),
    Place("proposal", "proposals.show", "/proposals/{proposal}", "analyst"),
    Place("proposal-new", "proposals.open_new", "/proposals/new", "analyst"),
    Place("proposal-write", "proposals.show_step", "/proposals/{proposal}/steps/write", "analyst"),
    Place("proposal-scope", "proposals.show_step", "/proposals/{proposal}/steps/scope", "analyst"),
    Place("proposal-causes", "causes.show", "/proposals/{proposal}/causes", "analyst"),
    Place("council", "council.show", "/council", "council"),
    Place("meeting-new", "council.call_meeting", "/council/meetings/new", "analyst"),
    Place("meeting", "council.show_meeting", "/council/meetings/{meeting}", "analyst"),
    Place("center", "center.find", "/center?q=мектеп"),
    Place("center-all", "center.find", "/center"),
    Place("center-indicator", "center.show", "/center/indicators/EDU_SCHOOL_PLACE_DEFICIT"),
    Place("center-board", "center.show_board", "/center/board"),
    Place("center-sources", "center.show_sources", "/center/sources"),
    Place("center-beside", "center.show_beside", "/center/council", "council"),
    Place("parts", "parts.every_part", "/_parts"),
    Place("parts-desk", "parts.desk", "/_parts/desk"),
    Place("parts-kiosk", "parts.kiosk", "/_parts/kiosk"),
    Place("parts-board", "parts.board", "/_parts/board"),
    Place("problem", "parts.problem", "/_parts/problem/409"),
)
MACHINES = (
    "static", "guide.offline", "api.", "stream.", "health.", "refusals.", "figures_api.",
    "papers.talon_pdf", "letters.show", "case_prints.give", "letters.download_signature",
    "letters.give_signature",
    "reports.download", "reports.withdraw_edition", "proposals.register_json",
    "proposals.download_evidence", "voice.", "devices.alive", "history.download",
    "fair_play.download", "dashboards.export", "workspace.open_attachment", "center_api.",
    "workspace.export_lessons",
    "register.give_anchor", "register.print_anchor", "register.show_reader",
    "published.export", "published.download", "published.withdraw", "open_data.",
    "opened.download", "opened.withdraw", "open_sets.", "open311.",
    "kiosk_offline.numbers", "kiosk_offline.keeper", "kiosk.printing", "workspace.back_to_list",
)  # fmt: skip
"""Endpoints, or their beginnings, that answer with something else than a page."""


def book_visit(browser: Browser, address: str) -> str:
    with visitor(browser, address, "kk") as person:
        page = person.goes_to("/book/police-general")
        page.locator("input[name=at]:not([disabled])").first.check()
        # Each run has a number of its own: one hall serves all, and books once for a number.
        page.locator("input[name=phone]").fill(f"+7701{os.getpid() % 10**7:07d}")
        page.locator("form.form button").click()
        page.wait_for_url("**/booking/*")
        return page.url.rsplit("/", 1)[-1].partition("?")[0]


def enrol_with_head(browser: Browser, address: str) -> str:
    with visitor(browser, address, "kk") as person:
        page = person.goes_to("/heads/1")
        page.locator("input[name=name]").fill("Ақжан Машанов")
        page.locator("input[name=phone]").fill(f"+7702{os.getpid() % 10**7:07d}")
        page.locator("textarea[name=essence]").fill("Ауладағы жарық туралы")
        page.locator("main form button").last.click()
        page.wait_for_url("**/heads/enrolment/*")
        return page.url.rsplit("/", 1)[-1].partition("?")[0]


def find_names(browser: Browser, address: str) -> dict[str, str]:
    """What stands in the braces of the paths, in this hall."""
    with visitor(browser, address, "kk") as analyst:
        month = make_report(analyst)
        proposal, meeting = propose(analyst), call_meeting(analyst)
    found = {
        "month": month,
        "proposal": proposal,
        "meeting": meeting,
        "ticket": take_ticket(browser, address),
        "booking": book_visit(browser, address),
        "enrolment": enrol_with_head(browser, address),
    }
    for state, login in STATES.items():
        with visitor(browser, address, "kk") as person:
            found[state] = first_case(person, state, login)
            if state == "in_work":
                found["writing"] = place_of_writing(person, found[state])
    with visitor(browser, address, "kk") as clerk:
        clerk.signs_in("clerk")
        link = print_again(clerk, found["answered"])
        page = clerk.goes_to(f"/a/{link}")
        check = page.get_by_role("link", name=clerk.says("Is this letter genuine?"))
        found["check"] = "/check/" + (check.get_attribute("href") or "").partition("/check/")[2]
    return found | {"link": link}


def print_again(clerk: Visitor, number: str) -> str:
    """The key of the applicant's page, from a talon printed for a reason."""
    page = clerk.goes_to(f"/appeals/{number}/talon")
    page.get_by_text(clerk.says("Print it again with the applicant's link")).click()
    page.get_by_role("textbox", name=clerk.says("Why you need it")).fill("Талон жоғалды")
    page.get_by_role("button", name=clerk.says("Show the talon with the link")).click()
    shown = page.get_by_text(re.compile(r"/a/\w+")).first.inner_text()
    return re.findall(r"/a/([\w-]+)", shown)[0]


def take_ticket(browser: Browser, address: str) -> str:
    """The key of a new ticket for an agency whose desks nobody else of the journeys uses."""
    with visitor(browser, address, "kk") as one:
        page = one.goes_to("/kiosk/service/ecology-general")
        page.get_by_role("button", name=one.says("Take a ticket")).click()
        page.wait_for_url(re.compile("/kiosk/ticket/"))
        return page.url.rsplit("/", 1)[-1]


def first_case(person: Visitor, state: str, login: str) -> str:
    """Of the hall's own: what an earlier register brought in has no officer and no talon."""
    person.signs_in(login)
    mine = "&mine=1" if state in ("in_work", "answered") else ""
    page = person.goes_to(f"/workspace?status={state}{mine}")
    return page.get_by_role("rowheader").first.inner_text().split()[0]


def place_of_writing(person: Visitor, number: str) -> str:
    page = person.goes_to(f"/workspace/appeals/{number}")
    told = page.locator("[data-fragment*=writing]").first.get_attribute("data-fragment")
    return (told or "").partition("#")[0]


def make_report(analyst: Visitor) -> str:
    """Asks for the month that ended last and waits until it can be read."""
    page = analyst.signs_in("analyst")
    month = page.get_by_role("combobox", name=analyst.says("Period")).input_value()
    page.get_by_role("button", name=analyst.says("Make the report")).click()
    _wait_for_figures(page, month)
    return month


def propose(analyst: Visitor) -> str:
    page = analyst.goes_to("/proposals/new")
    for language in ("kk", "ru", "en"):
        page.locator(f"[name=title_{language}]").fill("Бір терезе")
    page.get_by_role("button", name=analyst.says("Save")).click()
    page.wait_for_url(re.compile(r"/proposals/P-"))
    return page.url.rsplit("/", 1)[-1]


def call_meeting(analyst: Visitor) -> str:
    page = analyst.goes_to("/council/meetings/new")
    page.locator("[name=begins_at]").fill("2099-12-14T15:00")
    page.locator("[name=place]").fill("Үлкен зал")
    page.get_by_role("button", name=analyst.says("Call a meeting")).click()
    page.wait_for_url(re.compile(r"/council/meetings/\d"))
    return page.url.rsplit("/", 1)[-1]


def _wait_for_figures(page: Page, month: str) -> None:
    for _ in range(60):
        if page.context.request.get(f"/reports/{month}/figures.csv").ok:
            return
        time.sleep(0.5)
    raise AssertionError(f"no worker took the figures of {month}")
