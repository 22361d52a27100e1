"""The whole way through the house, from the kiosk to the council, in each of the three languages.

The three go through one hall at the same time: each has an agency and a desk of its own.
"""

import io
import re
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

import agencies
from agencies.calendar import business_date, clock
from agencies.reference import labels
from reception.demonstration import iin_of, tree
from reception.language import NAMES, day_and_time, named
from reports.wording import Words
from tests.journeys.browsing import KIOSK, PHONE, TELEVISION, Visitor, by_number

IIN = iin_of(date(1887, 4, 9), "female", 412)
WRONG_IIN = IIN[:-1] + str((int(IIN[-1]) + 1) % 10)
BOARD_MS = 1500
REPORT_MS = 60_000
OUTCOME_REGISTERED = "3"
RECEIVERS = {
    row["login"]: (row["name"], {code: row[f"position_{code}"] for code in NAMES})
    for row in tree()["staff"]
}


@dataclass(frozen=True)
class Story:
    """Who comes with what; names stand as the hall's reference data give them in that language."""

    language: str
    area: str
    service: str
    desk: int
    agency: str
    clerk: str
    officer: str
    name: str
    text: str
    answer: str
    outcome: str
    typed_as_iin: tuple[str, ...]
    """One attempt after the other."""


STORIES = [
    Story(
        language="kk", area="Housing and benefits", desk=21,
        service="Үйдің шатыры, лифті, кіреберісі, күрделі жөндеуі",
        agency="housing",
        clerk="clerk", officer="housing", name="Қасқырбаева Сәуле Өтегенқызы",
        text="Көпқабатты үйдің төбесінен су ағады, үй басқарушысы келмейді. "
             "Шатырды жөндеуді сұраймын.",
        answer="Тексеру жүргізілді, шатыр жөнделді. Шешімге үш ай ішінде шағым беруге болады.",
        outcome="қанағаттандырылды", typed_as_iin=(IIN,),
    ),
    Story(
        language="ru", area="Roads, building, land", desk=25,
        service="Светофор, дорожный знак, разметка, переход",
        agency="transport_roads",
        clerk="supervisor", officer="roads", name="Воробьёв Лев Аркадьевич",
        text="На перекрёстке сломан светофор, пешеходам опасно переходить дорогу.",
        answer="Светофор отремонтирован. Решение можно обжаловать в течение трёх месяцев.",
        outcome="удовлетворено", typed_as_iin=("",),
    ),
    Story(
        language="en", area="Housing and benefits", desk=8,
        service="Targeted social aid and housing aid",
        agency="social",
        clerk="admin", officer="social", name="Ada Whitfield",
        text="I was refused the targeted social assistance (адресная социальная помощь).",
        answer="The assistance is granted. You may complain within three months.",
        outcome="satisfied", typed_as_iin=(WRONG_IIN, IIN),
    ),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=[story.language for story in STORIES])
def test_one_visit(story: Story, come: Callable[..., Visitor]) -> None:
    at_kiosk = come(story.language, viewport=KIOSK)
    at_board = come(story.language, viewport=TELEVISION)
    at_desk = come(story.language)
    number = take_ticket(at_kiosk, story)
    watch_board(at_board)
    sit_down(at_desk, story)
    call_until(number, at_desk, at_board, story)
    leave_by(at_desk.page, "s")
    expect(here(at_desk)).to_contain_text(at_desk.says("Being helped"))

    appeal = register_appeal(at_desk, story)
    check_talon(at_desk, story, appeal)
    address = send_to_agency(at_desk, story)
    leave_by(at_desk.page, "d")
    at_desk.page.keyboard.press("f")
    leave_by(at_desk.page, OUTCOME_REGISTERED)
    expect(here(at_desk)).to_contain_text(at_desk.says("The desk is free"))
    expect(call_of(at_board.page, number)).to_have_count(0, timeout=BOARD_MS)

    answer(come(story.language), story, appeal)
    approve(come(story.language), story, appeal)
    read_answer(come(story.language, viewport=PHONE), story, address)
    read_report(come(story.language), story)


def take_ticket(visitor: Visitor, story: Story) -> str:
    """Three touches."""
    page = visitor.goes_to("/kiosk")
    expect(page.get_by_role("heading", level=1)).to_have_text(visitor.says("What do you need?"))
    page.get_by_role("link", name=visitor.says(story.area)).click()
    page.get_by_role("link", name=story.service).click()
    page.get_by_role("button", name=visitor.says("Take a ticket")).click()
    expect(page).to_have_url(re.compile("/kiosk/ticket/"))
    return by_number(page)


def watch_board(visitor: Visitor) -> None:
    page = visitor.goes_to("/board")
    page.evaluate("window.neverLeft = true")


def call_of(board: Page, number: str) -> Locator:
    return board.get_by_role("listitem").filter(has_text=number)


def sit_down(clerk: Visitor, story: Story) -> None:
    clerk.signs_in(story.clerk)
    page = clerk.goes_to("/desk/choose")
    page.get_by_role("button", name=re.compile(rf"^{story.desk}\b")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        clerk.says("Desk %(number)s", number=story.desk)
    )


def here(clerk: Visitor) -> Locator:
    return clerk.page.get_by_role("region", name=clerk.says("At the desk"))


def leave_by(page: Page, key: str) -> None:
    """The key of an action or of a link."""
    with page.expect_navigation():
        page.keyboard.press(key)


def call_until(number: str, clerk: Visitor, board: Visitor, story: Story) -> None:
    """Visitors of the morning stand before ours; the board shows each call at once."""
    for _ in range(12):
        leave_by(clerk.page, "n")
        called_at = time.monotonic()
        if number in here(clerk).inner_text():
            break
    call = call_of(board.page, number)
    expect(call).to_contain_text(str(story.desk), timeout=BOARD_MS)
    assert time.monotonic() - called_at < BOARD_MS / 1000
    assert board.page.evaluate("window.neverLeft"), "the board was loaded again"


def register_appeal(clerk: Visitor, story: Story) -> str:
    page = clerk.page
    leave_by(page, "a")
    box = entry(clerk)
    box("Surname, name, patronymic, or the organisation").fill(story.name)
    page.get_by_role("radio", name=kind_of(story)).check()
    box("Text of the appeal").fill(story.text)
    suggested = page.get_by_role("complementary")
    expect(suggested).to_contain_text(agency_of(story))
    for attempt in story.typed_as_iin:
        box("IIN or BIN").fill(attempt)
        with page.expect_navigation():
            page.get_by_role("button", name=clerk.says("Register the appeal"), exact=True).click()
        if attempt == WRONG_IIN:
            look_again(clerk, story)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        clerk.says("The appeal is registered")
    )
    return page.url.split("/")[-2]


def entry(clerk: Visitor) -> Callable[[str], Locator]:
    """A place to type, by its label."""
    return lambda label: clerk.page.get_by_role("textbox", name=clerk.says(label))


def kind_of(story: Story) -> str:
    return named(labels("kind")["complaint"], story.language)


def agency_of(story: Story) -> str:
    """The agency's official name of this day."""
    with Path(agencies.__file__).with_name("data").joinpath("agencies.toml").open("rb") as file:
        known = tomllib.load(file)["agency"]
    names = next(each["name"] for each in known if each["code"] == story.agency)
    today = business_date(clock())
    newest = max((n for n in names if n["valid_from"] <= today), key=itemgetter("valid_from"))
    return str(newest[f"name_{story.language}"])


def look_again(clerk: Visitor, story: Story) -> None:
    """The wrong number is explained; everything else stands as it was typed."""
    box = entry(clerk)
    alert = clerk.page.get_by_role("alert")
    expect(alert).to_contain_text(clerk.says("What you typed is kept."))
    expect(box("IIN or BIN")).to_have_attribute("aria-invalid", "true")
    expect(box("IIN or BIN")).to_have_value(WRONG_IIN)
    expect(box("Text of the appeal")).to_have_value(story.text)
    expect(box("Surname, name, patronymic, or the organisation")).to_have_value(story.name)
    expect(clerk.page.get_by_role("radio", name=kind_of(story))).to_be_checked()


def check_talon(clerk: Visitor, story: Story, appeal: str) -> None:
    """The talon of the Code: number, date and time, who received it and in which position."""
    page = clerk.page
    page.get_by_role("link", name=clerk.says("Print the talon")).click()
    talon = page.get_by_role("article")
    receiver, position = RECEIVERS[story.clerk]
    day, _ = day_and_time(clock(), story.language).rsplit(",", 1)
    for word in (appeal, receiver, position[story.language]):
        expect(talon).to_contain_text(word)
    expect(talon).to_contain_text(re.compile(rf"{day}, \d\d:\d\d"))
    pdf = page.get_by_role("link", name=clerk.says("Talon as PDF")).get_attribute("href")
    assert appeal in text_of(fetched(clerk, pdf))
    page.get_by_role("link", name=clerk.says("Back to the appeal")).click()


def fetched(visitor: Visitor, href: str | None) -> bytes:
    """The paper, as soon as a worker has made it."""
    assert href
    for _ in range(10):
        answer = visitor.context.request.get(href)
        if answer.status == 200:
            assert answer.headers["content-type"] == "application/pdf"
            return answer.body()
        time.sleep(1)
    raise AssertionError(f"no worker made {href}")


def text_of(paper: bytes) -> str:
    assert paper.startswith(b"%PDF-")
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages)


def send_to_agency(clerk: Visitor, story: Story) -> str:
    """One of the suggestions is chosen. Answers the applicant's own address."""
    page = clerk.page
    page.get_by_role("button", name=agency_of(story)).first.click()
    expect(page.get_by_role("main")).to_contain_text(clerk.says("Sent to the agency"))
    address = page.get_by_role("link", name="/a/").get_attribute("href")
    assert address
    return address.removeprefix(clerk.address)


def answer(officer: Visitor, story: Story, appeal: str) -> None:
    page = officer.signs_in(story.officer)
    section(officer, "Appeals").click()
    page.get_by_role("link", name=appeal).click()
    page.get_by_role("button", name=officer.says("Take into work")).click()
    page.get_by_role("textbox", name=officer.says("Text of the answer")).fill(story.answer)
    page.get_by_role("combobox", name=officer.says("How the claim ends")).select_option(
        label=story.outcome
    )
    page.get_by_role("button", name=officer.says("Send the answer for approval")).click()
    expect(page.get_by_role("status").first).to_have_text(
        officer.says("The draft waits for approval by the head.")
    )


def section(person: Visitor, name: str) -> Locator:
    sections = person.page.get_by_role("navigation", name=person.says("Sections"))
    return sections.get_by_role("link", name=person.says(name))


def approve(head: Visitor, story: Story, appeal: str) -> None:
    page = head.signs_in(f"{story.officer}-head")
    section(head, "Appeals").click()
    page.get_by_role("link", name=head.says("Waiting for my approval")).click()
    page.get_by_role("link", name=appeal).click()
    expect(page.get_by_role("main")).to_contain_text(story.answer)
    page.get_by_role("button", name=head.says("Approve and send the answer")).click()
    expect(page.get_by_role("main")).to_contain_text(
        head.says("The answer is approved and given to the applicant.")
    )


def read_answer(applicant: Visitor, story: Story, address: str) -> None:
    """No account, no name on the page, and the answer whole."""
    main = applicant.goes_to(address).get_by_role("main")
    expect(main).to_contain_text(story.answer)
    expect(main).to_contain_text(applicant.says("Outcome: %(outcome)s", outcome=story.outcome))
    assert story.name not in main.inner_text()


def read_report(member: Visitor, story: Story) -> None:
    """The running month's report in the member's language, once the page says it is ready."""
    member.signs_in("council")
    page, month = member.goes_to("/reports"), Words(story.language).month(business_date(clock()))
    page.get_by_role("combobox", name=member.says("Period")).select_option(label=month)
    page.get_by_role("combobox", name=member.says("Language of the report")).select_option(
        label=NAMES[story.language]
    )
    page.get_by_role("button", name=member.says("Make the report")).click()
    edition = page.get_by_role("row").filter(has_text=month).filter(has_text=NAMES[story.language])
    ready = edition.first.get_by_role("link", name=member.says("Open the PDF"))
    expect(ready).to_be_visible(timeout=REPORT_MS)
    report = text_of(fetched(member, ready.get_attribute("href")))
    assert str(business_date(clock()).year) in report
