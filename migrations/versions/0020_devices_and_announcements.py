"""devices and announcements"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "hall",
        sa.Column("enrolled_kiosks_only", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("kiosk", "board", name="devicekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("floor", sa.SmallInteger(), nullable=True),
        sa.Column("printer", sa.String(length=128), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=True),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("lock_reason", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_device_hall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("code", name=op.f("uq_device_code")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_device_code_digest")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_device_key_digest")),
    )
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column(
            "sort",
            sa.Enum("notice", "queue", "emergency", name="sort", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("text_kk", sa.String(length=160), nullable=False),
        sa.Column("text_ru", sa.String(length=160), nullable=False),
        sa.Column("text_en", sa.String(length=160), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_announcement_agency_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["officer.id"], name=op.f("fk_announcement_ended_by_id")),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_announcement_hall_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["officer.id"], name=op.f("fk_announcement_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(op.f("ix_announcement_ends_at"), "announcement", ["ends_at"], unique=False)


def downgrade() -> None:
    op.drop_table("announcement")
    op.drop_table("device")
    op.drop_column("hall", "enrolled_kiosks_only")
