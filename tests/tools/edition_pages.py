"""Every page of every edition as a picture, in three languages: to be looked at before a release.

`python -m tests.tools.edition_pages --to FOLDER` opens a demonstration hall for that time and sets
scenes within transactions that are rolled back: an ordinary period, an empty one, agencies with one
case each, and a crisis among agencies with long names. Each scene and kind gives a PDF in each
language and sheets of six pages; `--grey` shows them as a black-and-white printer would.
Names after the options (a scene or more of a name: `crisis`, `crisis-monthly-kk`) make only those.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from PIL import Image
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from agencies import journal
from agencies.appeals import Appeal
from agencies.calendar import business_date, clock, workdays
from agencies.directory import AgencyName, agency_by_code
from reception.language import LANGUAGES
from reports import brief, composing, dossier, effects, figure_sets, pdf, periods, proposals
from reports.periods import Period, PeriodKind
from reports.proposals import Proposal
from tests.live import running_hall
from tests.reports import proposing
from tests.reports.register import add_case, at

NOTHING_CAME, FEW_CAME = date(2019, 3, 14), date(2021, 6, 16)
"""Days of long before the demonstration."""
ACROSS, DOWN, DPI = 3, 2, 66
AGENCIES = ("housing", "akimat-medeu", "transport_roads", "ecology", "akimat-auezov")
DISTRICTS = ("medeu", "alatau", "auezov", "bostandyk", "almaly", "zhetysu", "turksib", None)
TOPICS = ("01.01", "01.05", "01.11", "02.02", "03", "04.01", "04.05", None)
SURGE, USUAL_DAYS, USUAL_A_DAY = 1400, 400, 3
LONG = {
    "kk": "«Қоршаған ортаны қорғау, табиғатты ұтымды пайдалану және қалдықтарды басқару мәселелері"
    " жөніндегі қалалық үйлестіру басқармасы» коммуналдық мемлекеттік мекемесі",
    "ru": "Коммунальное государственное учреждение «Городское координационное управление по"
    " вопросам охраны окружающей среды, природопользования и обращения с отходами»",
    "en": "Municipal State Institution “Coordinating Department for Environmental Protection,"
    " Use of Natural Resources and Waste Management of the City”",
}
QUEUE = """
INSERT INTO ticket ({names}) SELECT {values} FROM ticket, generate_series(1, 6) AS n
WHERE business_date = :day AND state = 'finished'
"""


@dataclass(frozen=True)
class Scene:
    """Puts what it needs into the register and says which day it is told of."""

    name: str
    set_up: Callable[[Session, datetime], date]


def ordinary(session: Session, now: datetime) -> date:
    return workdays(session).add(business_date(now) + timedelta(days=1), -1)


def empty(_: Session, __: datetime) -> date:
    return NOTHING_CAME


def few(session: Session, _: datetime) -> date:
    """One case at each of three agencies, one of them answered."""
    for hour, agency in enumerate(AGENCIES[:3], 4):
        moment = at(f"{FEW_CAME} 0{hour}:00")
        answered = moment + timedelta(days=2) if hour == 4 else None
        add_case(session, moment, agencies=(agency,), first=answered, answered=answered,
                 due=FEW_CAME + timedelta(days=20), district=DISTRICTS[hour])  # fmt: skip
    return FEW_CAME


def crisis(session: Session, now: datetime) -> date:
    """Four hundred usual days, and a day on which half the city has no heating."""
    day = ordinary(session, now)
    for agency in AGENCIES[:4:2]:
        found = agency_by_code(session, agency)
        for name in session.scalars(select(AgencyName).filter_by(agency_id=found.id)):
            for code, words in LONG.items():
                setattr(name, f"name_{code}", f"{words}, {found.code}")
    for n in range(USUAL_DAYS * USUAL_A_DAY):
        moment = at(f"{day} 04:00") - timedelta(days=n // USUAL_A_DAY + 1, minutes=7 * n % 400)
        _case(session, n, moment, answered=moment + timedelta(days=2 + n % 17) if n % 11 else None)
    for n in range(SURGE):
        moment = at(f"{day} 03:00") + timedelta(seconds=23 * n)
        _case(session, n * n % 13, moment, answered=None, subject=TOPICS[n % 5 and 1])
    _queue_up(session, day)
    return day


def _case(
    session: Session,
    n: int,
    moment: datetime,
    *,
    answered: datetime | None,
    subject: str | None = "",
) -> None:
    case = add_case(
        session, moment, agencies=(AGENCIES[n % len(AGENCIES)],), first=answered,
        answered=answered, district=DISTRICTS[n * n % len(DISTRICTS)],
        subject=TOPICS[n % len(TOPICS)] if subject == "" else subject,
        due=moment.date() + timedelta(days=21), redirections=int(n % 9 == 0),
        reopenings=int(n % 17 == 0),
    )  # fmt: skip
    if n % 9 == 0:
        turn = moment.minute
        before = AGENCIES[turn % len(AGENCIES)]
        _send_on(case, moment, before, AGENCIES[n % len(AGENCIES)], back=turn % 3 == 0)


def _send_on(case: Appeal, moment: datetime, before: str, agency: str, *, back: bool) -> None:
    """To the agency that has it, and sometimes by way of it being sent there before."""
    ways = [(agency, before), (before, agency)] if back else [(before, agency)]
    for hours, (sender, receiver) in enumerate(ways, 1):
        if sender != receiver:
            journal.append(
                case, "redirected", by=None, now=moment + timedelta(hours=hours),
                claim_ordinal=1, before=sender, agency=receiver,
            )  # fmt: skip


def _queue_up(session: Session, day: date) -> None:
    """The tickets of the day seven times over, the added ones some minutes later each time."""
    query = text("SELECT column_name FROM information_schema.columns WHERE table_name = 'ticket'")
    names = [name for name in session.scalars(query) if name != "id"]
    other = {
        "number": "100 + n * 100 + number % 100",
        "link_seed": "left(md5(link_seed || n), 16)",
        "link_digest": "md5(link_digest || n)",
    } | {name: f"{name} + n * interval '9 minutes'" for name in ("called_at", "started_at",
                                                                   "finished_at")}  # fmt: skip
    values = ", ".join(other.get(name, name) for name in names)
    session.execute(text(QUEUE.format(names=", ".join(names), values=values)), {"day": day})


SCENES = (
    Scene("ordinary", ordinary), Scene("empty", empty), Scene("few", few), Scene("crisis", crisis),
)  # fmt: skip


@click.command()
@click.option("--to", type=click.Path(path_type=Path), required=True)
@click.option("--grey", is_flag=True, help="Sheets as a black-and-white printer would give them.")
@click.argument("names", nargs=-1)
def main(to: Path, grey: bool, names: tuple[str, ...]) -> None:
    """Make the pages of every edition, or of those whose names begin with one of NAMES."""
    to.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, running_hall(Path(folder)) as hall:
        engine = create_engine(hall.database_url.replace("postgresql://", "postgresql+psycopg://"))
        with Session(engine) as session:
            session.execute(text("SET idle_in_transaction_session_timeout = 0"))
            session.commit()
            for name, page in _pages(session, names):
                (to / f"{name}.pdf").write_bytes(pdf.render(page))
                sheets = on_sheets(to / f"{name}.pdf", grey=grey)
                click.echo(f"{name}: sheets {sheets}", err=True)
        engine.dispose()


def _pages(session: Session, wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Name -> page, of what is wanted."""
    now = clock()
    for scene in SCENES:
        if wanted and not any(name.startswith(scene.name) for name in wanted):
            continue
        day = scene.set_up(session, now)
        for kind in PeriodKind:
            yield from _told(session, scene.name, periods.containing(day, kind), wanted, now)
        month = periods.containing(day, PeriodKind.MONTHLY)
        yield from _told(session, scene.name, month, wanted, now, short=True)
        session.rollback()
    if not wanted or any(name.startswith("dossier") for name in wanted):
        yield from _dossiers(session, wanted)


def _told(
    session: Session, scene: str, period: Period, wanted: tuple[str, ...], now: datetime, *,
    short: bool = False,
) -> Iterator[tuple[str, str]]:  # fmt: skip
    kind = brief.KIND if short else period.kind
    names = {code: f"{scene}-{kind}-{code}" for code in LANGUAGES}
    own = {code: name for code, name in names.items() if _is_wanted(name, wanted)}
    if not own:
        return
    taken = figure_sets.take(session, period, now=now)
    for language, name in own.items():
        told = (brief if short else composing).report(taken, language)
        yield name, composing.html(told)


def _is_wanted(name: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or any(name.startswith(each) for each in wanted)


def _dossiers(session: Session, wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Those of the demonstration, one of which nothing is known yet, one whose norm is in force."""
    known = list(session.scalars(select(Proposal).order_by(Proposal.id)))
    by = known[0].created_by
    bare = proposals.open_idea(session, title=proposing.WORDS["title"], by=by, now=clock())
    lasting = proposing.in_force(session, on=date(2026, 12, 1))
    effects.measure(session, lasting, by=lasting.created_by, now=at("2028-03-10 05:00"))
    for place, proposal in enumerate([*known, bare, lasting]):
        for language in LANGUAGES:
            name = f"dossier-{place}-{language}"
            if _is_wanted(name, wanted):
                yield name, dossier.html(session, proposal, language)
    session.rollback()


def on_sheets(file: Path, *, grey: bool = False) -> int:
    """Six pages a picture, beside the file. Returns how many sheets there are."""
    form = ["-gray"] if grey else ["-png"]
    with TemporaryDirectory() as folder:
        command = ["pdftoppm", *form, "-r", str(DPI), str(file), f"{folder}/page"]
        subprocess.run(command, check=True)
        pages = [Image.open(each).convert("RGB") for each in sorted(Path(folder).iterdir())]
        sheets = range(0, len(pages), ACROSS * DOWN)
        for number, first in enumerate(sheets, 1):
            sheet = _sheet(pages[first : first + ACROSS * DOWN])
            sheet.save(file.with_name(f"{file.stem}-{number}.png"))
    return len(sheets)


def _sheet(pages: list[Image.Image]) -> Image.Image:
    wide, tall = (max(page.size[side] for page in pages) + 8 for side in (0, 1))
    across = min(ACROSS, len(pages))
    sheet = Image.new("RGB", (wide * across, tall * -(-len(pages) // across)), "#777777")
    for place, page in enumerate(pages):
        sheet.paste(page, (place % across * wide + 4, place // across * tall + 4))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
