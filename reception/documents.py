"""Papers made by a worker for one appeal: asked for as a row, rendered, kept with a digest."""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    LargeBinary,
    Select,
    String,
    UniqueConstraint,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies.appeals import Appeal
from agencies.db import Base


class DocumentKind(StrEnum):
    TALON = "talon"
    LETTER = "letter"


class Document(Base):
    """One paper in one language. `content` is empty until a worker has rendered it."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("appeal_id", "kind", "language"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    kind: Mapped[DocumentKind]
    language: Mapped[str] = mapped_column(String(2))
    requested_at: Mapped[datetime] = mapped_column(index=True)
    rendered_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(String(64), default="")

    appeal: Mapped[Appeal] = relationship()


def request_document(
    session: Session, appeal: Appeal, *, kind: DocumentKind, language: str, now: datetime
) -> Document:
    """The paper's row, made once however often it is asked for."""
    row = insert(Document).values(
        appeal_id=appeal.id, kind=kind, language=language, requested_at=now, digest=""
    )
    session.execute(row.on_conflict_do_nothing())
    return session.scalars(_query(appeal, kind, language)).one()


def find(session: Session, appeal: Appeal, kind: DocumentKind, language: str) -> Document | None:
    """The paper's row; None where nobody has asked for it."""
    return session.scalars(_query(appeal, kind, language)).one_or_none()


def _query(appeal: Appeal, kind: DocumentKind, language: str) -> Select[Document]:
    return select(Document).where(
        Document.appeal_id == appeal.id, Document.kind == kind, Document.language == language
    )


def renew(document: Document, *, since: datetime | None, now: datetime) -> None:
    """Have the paper made again where the appeal has moved on since it was rendered."""
    if since and document.rendered_at and document.rendered_at < since:
        document.rendered_at, document.requested_at = None, now


def next_to_render(session: Session) -> Document | None:
    """The oldest paper that waits, locked for this worker."""
    query = select(Document).where(Document.rendered_at.is_(None))
    query = query.order_by(Document.requested_at).with_for_update(skip_locked=True, of=Document)
    return session.scalars(query.limit(1)).first()


def keep(document: Document, content: bytes, *, now: datetime) -> None:
    document.content, document.rendered_at = content, now
    document.digest = hashlib.sha256(content).hexdigest()
