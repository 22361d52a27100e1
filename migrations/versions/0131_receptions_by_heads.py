"""personal reception by heads of agencies"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0131"
down_revision: str | None = "0130"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "head_reception",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(120), nullable=False),
        sa.Column("position_kk", sa.String(160), nullable=False),
        sa.Column("position_ru", sa.String(160), nullable=False),
        sa.Column("position_en", sa.String(160), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("place", sa.String(160), nullable=False),
        sa.Column("places", sa.SmallInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(300), nullable=False),
        sa.CheckConstraint(
            "begins < ends AND places BETWEEN 1 AND 40", name=op.f("ck_head_reception_hours")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_head_reception_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["officer.id"], name=op.f("fk_head_reception_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_reception")),
    )
    op.create_index("ix_head_reception_day", "head_reception", ["day", "begins"])
    op.create_table(
        "head_enrolment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("essence", sa.String(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "enrolled", "received", "missed", "cancelled", name="enrolmentstate",
                native_enum=False, create_constraint=True, length=32,
            ),
            nullable=False,
        ),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by_id", sa.Integer(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["head_reception.id"], name=op.f("fk_head_enrolment_sitting_id")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_head_enrolment_appeal_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolled_by_id"], ["officer.id"], name=op.f("fk_head_enrolment_enrolled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["concluded_by_id"], ["officer.id"], name=op.f("fk_head_enrolment_concluded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_enrolment")),
        sa.UniqueConstraint("code", name=op.f("uq_head_enrolment_code")),
    )
    op.create_index(
        "uq_head_enrolment_place", "head_enrolment", ["sitting_id", "place"], unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )


def downgrade() -> None:
    op.drop_table("head_enrolment")
    op.drop_table("head_reception")
