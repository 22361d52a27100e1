"""bookings"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "booking_rule",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in (
                "slot_min", "places", "days_ahead", "early_min", "late_min", "most_open",
                "release_min",
            )
        ),
        sa.CheckConstraint(
            "slot_min BETWEEN 5 AND 240 AND places BETWEEN 0 AND 50",
            name=op.f("ck_booking_rule_slots"),
        ),
        sa.CheckConstraint(
            "days_ahead BETWEEN 1 AND 60 AND early_min >= 0 AND late_min >= 0 "
            "AND most_open BETWEEN 1 AND 9 AND release_min >= 0",
            name=op.f("ck_booking_rule_limits"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_booking_rule_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_rule")),
        sa.UniqueConstraint(
            "service_id", "valid_from", name=op.f("uq_booking_rule_service_id_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
    op.create_table(
        "booking_closure",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_booking_closure_agency_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_closure")),
        sa.UniqueConstraint(
            "agency_id", "day", name=op.f("uq_booking_closure_agency_id_day"),
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
    op.create_table(
        "booking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("contact_index", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum("booked", "arrived", "cancelled", "missed", name="bookingstate",
                    native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_booking_service_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_booking_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("code", name=op.f("uq_booking_code")),
    )  # fmt: skip
    booked = sa.text("state = 'booked'")
    op.create_index("uq_booking_turn", "booking", ["contact_index", "turn"], unique=True,
                    postgresql_where=booked)  # fmt: skip
    op.create_index("uq_booking_service", "booking", ["contact_index", "service_id"], unique=True,
                    postgresql_where=booked)  # fmt: skip
    op.create_index("uq_booking_place", "booking", ["service_id", "at", "place"], unique=True,
                    postgresql_where=sa.text("state <> 'cancelled'"))  # fmt: skip
    op.create_index("ix_booking_day", "booking", ["business_date", "at"])


def downgrade() -> None:
    op.drop_table("booking")
    op.drop_table("booking_closure")
    op.drop_table("booking_rule")
