"""Records of the Center: areas, source systems, dimensions, indicators, series, batches, values.

A series is one indicator in one area at one frequency with one breakdown. Its observations are
never overwritten: a corrected value is a further revision, and the earlier one names the batch that
superseded it. Batches are numbered in the order in which they were committed, so that the state of
any moment is: entered by a batch up to then, and not superseded by one.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agencies.db import Base
from agencies.directory import Named, Origin

CODE = String(80)
Texts = dict[str, str]
"""The same sentence by language: kk, ru, en."""


class AreaKind(StrEnum):
    COUNTRY = "country"
    CITY = "city"
    DISTRICT = "district"
    PLACE = "place"


class Area(Named, Base):
    """Where something was counted; districts carry the codes of the hall."""

    __tablename__ = "center_area"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    kind: Mapped[AreaKind]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("center_area.code"))
    position: Mapped[int] = mapped_column(default=0)


class SourceStatus(StrEnum):
    CONNECTED = "connected"
    PLANNED = "planned"
    RETIRED = "retired"


class SourceSystem(Named, Base):
    """A system of the city or the state from which values come."""

    __tablename__ = "source_system"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    owner: Mapped[str]
    """Code of the owning agency, or the body's name where it has no desk in the hall."""
    transport: Mapped[str] = mapped_column(String(16), default="file")
    cadence_min: Mapped[int | None]
    """Minutes between two deliveries; none where nothing is promised."""
    contact: Mapped[str] = mapped_column(default="")
    legal_basis: Mapped[str] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(default="unknown")
    status: Mapped[SourceStatus] = mapped_column(default=SourceStatus.CONNECTED)
    connected_on: Mapped[date | None]
    address: Mapped[str] = mapped_column(default="", server_default="")
    """Where it is asked; `{since}` stands for the first day wanted. Empty: it sends files."""
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """How its answers are to be read; see `connectors`."""
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    """When something new came last; at first, when it was connected."""
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str] = mapped_column(default="", server_default="")
    quiet_since: Mapped[datetime | None]
    """Set while nothing new has come for three times the promised interval."""
    origin: Mapped[Origin] = mapped_column(default=Origin.HALL)


class Dimension(Named, Base):
    """A breakdown, such as sex; its items are the code list."""

    __tablename__ = "center_dimension"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    items: Mapped[list["DimensionItem"]] = relationship(order_by="DimensionItem.position")


class DimensionItem(Named, Base):
    """Codes are unique over all lists, so that a file may name an item alone."""

    __tablename__ = "center_dimension_item"

    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    dimension_code: Mapped[str] = mapped_column(ForeignKey("center_dimension.code"))
    position: Mapped[int] = mapped_column(default=0)


class Direction(StrEnum):
    """Which way is better; `band`: neither too much nor too little."""

    UP = "up"
    DOWN = "down"
    BAND = "band"
    NONE = "none"


class Aggregation(StrEnum):
    """How areas and periods may be put together; a ratio only through its two parts."""

    SUM = "sum"
    MEAN = "mean"
    RATIO = "ratio"
    LAST = "last"
    NONE = "none"


class Indicator(Named, Base):
    """`theme` is one of ISO 37120:2018. `numerator_code / denominator_code x factor` is a ratio."""

    __tablename__ = "indicator"
    __table_args__ = (
        CheckConstraint(
            "(aggregation = 'ratio') = (numerator_code IS NOT NULL AND denominator_code IS NOT"
            " NULL) OR origin = 'imported'",
            name="ratio_has_both_parts",
        ),
        CheckConstraint("min_cell >= 0", name="min_cell"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    theme: Mapped[str] = mapped_column(String(40), index=True)
    definition: Mapped[Texts] = mapped_column(JSONB, default=dict)
    method: Mapped[Texts] = mapped_column(JSONB, default=dict)
    unit: Mapped[str] = mapped_column(String(40))
    unit_mult: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Power of ten by which values are to be multiplied."""
    decimals: Mapped[int] = mapped_column(SmallInteger, default=0)
    direction: Mapped[Direction] = mapped_column(default=Direction.NONE)
    aggregation: Mapped[Aggregation] = mapped_column(default=Aggregation.NONE)
    numerator_code: Mapped[str | None] = mapped_column(CODE)
    denominator_code: Mapped[str | None] = mapped_column(CODE)
    factor: Mapped[Decimal] = mapped_column(default=Decimal(100))
    freq: Mapped[str] = mapped_column(CHAR(1), default="_")
    target: Mapped[Decimal | None]
    owner: Mapped[str] = mapped_column(default="")
    source_code: Mapped[str | None] = mapped_column(ForeignKey("source_system.code"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    licence: Mapped[str] = mapped_column(default="CC-BY-4.0")
    open: Mapped[bool] = mapped_column(default=True)
    min_cell: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Counts of persons below it are not published; 0 where no persons are counted."""
    headline: Mapped[int | None] = mapped_column(SmallInteger)
    """Place on the city board."""
    origin: Mapped[Origin] = mapped_column(default=Origin.HALL)
    """`imported`: a file brought it along, and nobody has described it yet."""
    changed_at: Mapped[datetime]

    source: Mapped[SourceSystem | None] = relationship()


class Series(Base):
    """`dims_key` is the breakdown in canonical order, `age=0-14;sex=male`; empty for the whole.

    `first` and `last` are the beginnings of the first and the last period that it has.
    """

    __tablename__ = "series"
    __table_args__ = (Unique("indicator_id", "area_code", "freq", "precision", "dims_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    area_code: Mapped[str] = mapped_column(ForeignKey("center_area.code"))
    freq: Mapped[str] = mapped_column(CHAR(1))
    precision: Mapped[str] = mapped_column(CHAR(1))
    dims: Mapped[dict[str, str]] = mapped_column(JSONB)
    dims_key: Mapped[str]
    first: Mapped[datetime | None]
    last: Mapped[datetime | None]
    last_batch_id: Mapped[int | None]
    """The batch that touched it last: its version."""

    indicator: Mapped[Indicator] = relationship()


class Batch(Base):
    """Values of one source that came together. `digest` is that of the file or answer."""

    __tablename__ = "batch"
    __table_args__ = (Unique("digest", "source_code", "part", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_code: Mapped[str] = mapped_column(ForeignKey("source_system.code"), index=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    name: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    part: Mapped[int] = mapped_column(SmallInteger, default=1)
    """A file of several origins is a batch for each of them."""
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1)
    """A further one takes up the rows that were turned away before."""
    schema_version: Mapped[int] = mapped_column(SmallInteger, default=1)
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """`said`: the source in the words of the file; `url`, `licence`: where the file tells them;
    `inputs`, `transform`, `code_version`: lineage of computed values."""
    rows: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    revised: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)

    source: Mapped[SourceSystem] = relationship()


class RejectedRow(Base):
    """A row that was turned away, as it came, with the reason."""

    __tablename__ = "rejected_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"), index=True)
    line: Mapped[int]
    reason: Mapped[str]
    text: Mapped[str]


class Rule(StrEnum):
    """What a check looks for; parameters in brackets."""

    RANGE = "range"  # least, most
    PARTS = "parts"  # dimension, tolerance
    DISTRICTS = "districts"  # tolerance
    MONOTONE = "monotone"
    FRESHNESS = "freshness"  # days
    JUMP = "jump"  # k
    UNIT = "unit"  # factor


class Severity(StrEnum):
    REFUSE = "refuse"
    FLAG = "flag"


class QualityCheck(Base):
    """A rule for one indicator; `params` are its bounds."""

    __tablename__ = "quality_check"
    __table_args__ = (Unique("indicator_id", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    rule: Mapped[Rule]
    severity: Mapped[Severity] = mapped_column(default=Severity.FLAG)
    params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    last_run: Mapped[datetime | None]
    found: Mapped[int] = mapped_column(default=0)


class QualityFinding(Base):
    """What a check found in one series and period; closed when a later run finds it no more."""

    __tablename__ = "quality_finding"
    __table_args__ = (
        Index(
            "uq_quality_finding_open", "check_id", "series_id", "starts", unique=True,
            postgresql_where="resolved_at IS NULL",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("quality_check.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    starts: Mapped[datetime]
    value: Mapped[Decimal | None]
    expected: Mapped[Decimal | None]
    found_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    check: Mapped[QualityCheck] = relationship()


class ObsStatus(StrEnum):
    """SDMX CL_OBS_STATUS, as far as sources here use it."""

    NORMAL = "A"
    ESTIMATED = "E"
    PROVISIONAL = "P"
    BREAK = "B"
    MISSING = "M"


class ConfStatus(StrEnum):
    """SDMX CL_CONF_STATUS: free, not for publication, confidential."""

    FREE = "F"
    NOT_PUBLISHED = "N"
    CONFIDENTIAL = "C"


class Observation(Base):
    """Columns stand in the order that packs them closest: there are tens of millions of rows.

    Foreign keys are left out for the same reason: only the loader writes here, and neither series
    nor batches are ever deleted.
    """

    __tablename__ = "observation"
    __table_args__ = (
        PrimaryKeyConstraint("series_id", "starts", "revision"),
        CheckConstraint("(value IS NULL) = (status = 'M')", name="missing_is_not_zero"),
        Index("ix_observation_batch_id", "batch_id", postgresql_using="brin"),
    )

    starts: Mapped[datetime]
    series_id: Mapped[int]
    batch_id: Mapped[int]
    superseded_by: Mapped[int | None]
    revision: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[str] = mapped_column(CHAR(1))
    conf: Mapped[str] = mapped_column(CHAR(1))
    value: Mapped[Decimal | None]
    note: Mapped[str | None]
