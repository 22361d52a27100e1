"""Papers and files of the appeals: rendered, examined, swept."""

import logging

import flask

from agencies import attachments, search
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import DomainError, NotFound
from reception import case_papers, case_prints, documents, letters, papers
from reception.case_prints import CasePrint
from reception.documents import DocumentKind
from reports import pdf
from workers.app import app

log = logging.getLogger("workers.tasks.papers")
PAPERS = {DocumentKind.TALON: papers.talon_html, DocumentKind.LETTER: letters.letter_html}


@app.task
def render_documents() -> None:
    """One transaction a paper: its row stays locked, so a worker that dies lets it go.

    A paper that cannot be made goes to the end of the line and never holds up the others.
    """
    while document := documents.next_to_render(db.session()):
        try:
            page = PAPERS[document.kind](document)
            documents.keep(document, pdf.render(page), now=clock())
        except (pdf.RenderingFailed, DomainError):
            document.requested_at = clock()
            raise
        finally:
            db.session.commit()
    while asked := case_prints.next_to_render(db.session()):
        _print(asked)
        db.session.commit()


def _print(asked: CasePrint) -> None:
    """Whoever was kept from the case meanwhile gets no paper of it."""
    try:
        case_prints.keep(asked, pdf.render(case_papers.case_html(asked)), now=clock())
    except NotFound:
        db.session.delete(asked)
    except pdf.RenderingFailed:
        asked.requested_at = clock()
        db.session.commit()
        raise


@app.task
def examine_attachments() -> None:
    """One transaction a file. One that is missing on the disk is looked for again later."""
    settings = flask.current_app.config["SETTINGS"]
    while file := attachments.next_to_examine(db.session(), now=clock()):
        try:
            attachments.examine(file, folder=settings.data, scanner=settings.clamav, now=clock())
        except DomainError as error:
            log.warning("file %d was not examined: %s", file.id, error.message)
        if file.words:
            search.note_again(db.session(), file.appeal_id)
        db.session.commit()


@app.task
def sweep_attachments() -> None:
    """Files that no row names, and papers of whole cases that are a day old."""
    settings = flask.current_app.config["SETTINGS"]
    attachments.sweep(db.session(), folder=settings.data, now=clock())
    case_prints.forget(db.session(), now=clock())
    db.session.commit()
