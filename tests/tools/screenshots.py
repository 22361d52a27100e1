"""The pictures of docs/screenshots, taken in a living demonstration hall.

`python -m tests.tools.screenshots` opens a hall of its own for the time of the pictures;
`--address http://127.0.0.1:8000` uses one that runs already (a demonstration: the pictures register
appeals and take tickets there). Names after the options take only those pictures.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from reception.language import NAMES
from tests.journeys import hall
from tests.journeys.browsing import KIOSK, PHONE, TELEVISION, Visitor, start_browser, visitor
from tests.journeys.places import first_case, make_report

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"
COLOURS = 160
WIDEST = 1280
MISSED = 5
"""Targets that the demonstration misses are more than these, once most is known."""
TALLEST = 1000
PAGE_DPI = "80"
ROOF = (
    "Бостандық ауданы, Тимирязев көшесі, 42: көпқабатты үйдің төбесінен су ағады, үй басқарушысы "
    "келмейді. Шатырды жөндеуді сұраймын."
)
YARD = (
    "Второй день нет отопления в доме. Возле подъезда большая яма на дороге, а во дворе не "
    "вывозят мусор."
)
"""Three matters: three agencies are suggested."""


@dataclass(frozen=True)
class Shot:
    """How somebody comes to the place of the picture; the way leaves the page as it is shown."""

    language: str
    way: Callable[[Visitor], Any]
    looks: dict[str, Any]


def front(one: Visitor) -> None:
    one.goes_to("/")


def kiosk(one: Visitor) -> None:
    one.goes_to("/kiosk")


def kiosk_ticket(one: Visitor) -> None:
    take_ticket(one, "housing-repair")


def board(one: Visitor) -> None:
    """Somebody was called this minute."""
    take_ticket(one, "transport_roads-traffic")
    with one.signs_in("roads").expect_navigation():
        one.page.keyboard.press("n")
    one.goes_to("/board")


def take_ticket(one: Visitor, service: str) -> None:
    page = one.goes_to(f"/kiosk/service/{service}")
    page.get_by_role("button", name=one.says("Take a ticket")).click()
    page.get_by_role("article").wait_for()


def desk(one: Visitor) -> None:
    """Somebody is being helped and others wait."""
    for service in ("repair", "heating", "manager", "queue"):
        take_ticket(one, f"housing-{service}")
    page = one.signs_in("housing")
    for key in ("n", "s"):
        with page.expect_navigation():
            page.keyboard.press(key)


def intake(one: Visitor) -> None:
    one.signs_in("clerk")
    write_appeal(one, ROOF)
    one.page.get_by_role("complementary").get_by_role("listitem").first.wait_for()


def registered(one: Visitor) -> None:
    one.signs_in("clerk")
    write_appeal(one, YARD)
    with one.page.expect_navigation():
        one.page.keyboard.press("Control+Enter")


def write_appeal(one: Visitor, text: str) -> None:
    page = one.goes_to("/intake")
    name = one.says("Surname, name, patronymic, or the organisation")
    page.get_by_role("textbox", name=name).fill("Қасқырбаева Сәуле Өтегенқызы")
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("textbox", name=one.says("Text of the appeal")).fill(text)


def talon(one: Visitor) -> None:
    number = first_case(one, "answered", "housing")
    one.goes_to(f"/appeals/{number}/talon")


def case(one: Visitor) -> None:
    number = first_case(one, "in_work", "housing")
    one.goes_to(f"/workspace/appeals/{number}")


def track(one: Visitor) -> None:
    number = first_case(one, "answered", "housing")
    page = one.goes_to(f"/appeals/{number}/registered")
    link = page.get_by_role("link", name="/a/").inner_text()
    one.context.clear_cookies()
    one.goes_to("/a/" + link.rsplit("/", 1)[-1])


def reports(one: Visitor) -> None:
    make_report(one)
    edition(one).wait_for(timeout=60_000)


def edition(one: Visitor) -> Locator:
    """The way to the newest report in the person's language."""
    rows = one.page.get_by_role("row").filter(has_text=NAMES[one.language])
    return rows.get_by_role("link", name=one.says("Open the PDF")).first


def month(one: Visitor) -> None:
    one.goes_to(f"/reports/{make_report(one)}")


def guide(one: Visitor) -> None:
    one.goes_to("/guide/obtain-passport")


def center(one: Visitor) -> None:
    """Once the source systems have delivered and most was derived, minutes after the start."""
    page = one.goes_to("/center/board")
    for _ in range(300):
        if page.get_by_text(one.says("target not reached")).count() > MISSED:
            return
        page.wait_for_timeout(2000)
        page.reload()


def wall(one: Visitor) -> None:
    """The hall as its supervisor sees it on a morning with people waiting."""
    for service in ("housing-repair", "transport_roads-traffic", "tson-complaint"):
        take_ticket(one, service)
    one.signs_in("supervisor")
    one.goes_to("/hall")


def proposal(one: Visitor) -> None:
    page = one.goes_to("/proposals")
    page.get_by_role("main").get_by_role("link", name="P-").first.click()


def parts(one: Visitor) -> None:
    one.goes_to("/_parts")


LIGHT = {"viewport": {"width": 1280, "height": 820}}
SHOTS = {
    "front": Shot("kk", front, LIGHT),
    "kiosk": Shot("kk", kiosk, {"viewport": KIOSK}),
    "kiosk-ticket": Shot("ru", kiosk_ticket, {"viewport": KIOSK}),
    "board": Shot("kk", board, {"viewport": TELEVISION}),
    "desk": Shot("ru", desk, LIGHT),
    "intake": Shot("kk", intake, LIGHT),
    "registered": Shot("ru", registered, LIGHT),
    "talon": Shot("kk", talon, LIGHT),
    "workspace": Shot("ru", case, LIGHT | {"color_scheme": "dark"}),
    "track": Shot("kk", track, {"viewport": PHONE, "device_scale_factor": 2}),
    "reports": Shot("en", reports, LIGHT),
    "month": Shot("ru", month, LIGHT),
    "wall": Shot("ru", wall, LIGHT),
    "guide": Shot("kk", guide, LIGHT),
    "center": Shot("ru", center, LIGHT),
    "proposal": Shot("kk", proposal, LIGHT),
    "parts": Shot("en", parts, LIGHT),
}
REPORT = "report"
"""The first page of the Kazakh report as it is printed."""


@click.command()
@click.option("--address", default="", help="A demonstration hall that runs already.")
@click.option("--to", type=click.Path(path_type=Path), default=FOLDER, show_default=True)
@click.argument("names", nargs=-1, type=click.Choice([*SHOTS, REPORT]))
def take(address: str, to: Path, names: tuple[str, ...]) -> None:
    """Take the pictures anew; without NAMES all of them."""
    to.mkdir(parents=True, exist_ok=True)
    wanted = names or (*SHOTS, REPORT)
    with opened(address) as place, sync_playwright() as playwright:
        browser = start_browser(playwright)
        for name in wanted:
            picture = (
                paper(browser, place) if name == REPORT else photographed(browser, place, name)
            )
            size = keep(picture, to / f"{name}.png")
            click.echo(f"{name}.png {size // 1000} kB", err=True)
        browser.close()


@contextmanager
def opened(address: str) -> Iterator[str]:
    """The hall that was named, or one that closes with this program."""
    if address:
        yield address.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as folder:
        yield hall.address_of(Path(folder) / "hall", os.getpid())
        hall.close()


def photographed(browser: Browser, address: str, name: str) -> Image.Image:
    shot = SHOTS[name]
    with visitor(browser, address, shot.language, **shot.looks) as one:
        shot.way(one)
        settled(one.page)
        return Image.open(io.BytesIO(one.page.screenshot()))


def settled(page: Page) -> None:
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => scrollTo(0, 0))")


def paper(browser: Browser, address: str) -> Image.Image:
    with visitor(browser, address, "kk", **LIGHT) as one:
        reports(one)
        answer = one.context.request.get(edition(one).get_attribute("href") or "")
        return first_page(answer.body())


def first_page(pdf: bytes) -> Image.Image:
    command = ["pdftoppm", "-png", "-r", PAGE_DPI, "-f", "1", "-singlefile", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(done.stdout))


def keep(picture: Image.Image, file: Path) -> int:
    """Small enough for a page that shows all of them: fewer pixels, and only colours in use."""
    picture = picture.convert("RGB")
    picture.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    drawn = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    drawn.save(file, optimize=True)
    return file.stat().st_size


if __name__ == "__main__":
    sys.exit(take())
