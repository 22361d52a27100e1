"""rules by which an agency's claims go to its people"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0221"
down_revision: str | None = "0220"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
KINDS = ("application", "complaint", "message", "proposal", "response", "request")


def upgrade() -> None:
    op.create_table(
        "giving_switch",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_giving_switch_agency_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_giving_switch_by_id")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_giving_switch")),
    )
    op.create_table(
        "giving_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="appealkind", native_enum=False, create_constraint=True,
                    length=32),
            nullable=True,
        ),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (position IS NOT NULL)", name=op.f("ck_giving_rule_place")
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_giving_rule_position")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_giving_rule_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_giving_rule_subject_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_giving_rule_district_id")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["officer.id"], name=op.f("fk_giving_rule_to_id")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["officer.id"], name=op.f("fk_giving_rule_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_giving_rule")),
        sa.UniqueConstraint(
            "agency_id", "position", name=op.f("uq_giving_rule_agency_id_position"),
            deferrable=True, initially="DEFERRED",
        ),
    )  # fmt: skip
    op.create_index(
        "uq_giving_rule_asked", "giving_rule",
        ["agency_id", "subject_id", "district_id", "kind", "to_id"], unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=sa.text("retired_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("giving_rule")
    op.drop_table("giving_switch")
