"""webhooks"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0037"
down_revision: str | None = "0072"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
CHANNELS = "'email', 'sms', 'telegram'"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_notice_noticechannel"), "notice", type_="check")
    op.create_check_constraint("noticechannel", "notice", f"channel IN ({CHANNELS}, 'webhook')")
    op.create_table(
        "hook",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_hook_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook")),
    )


def downgrade() -> None:
    op.drop_table("hook")
    op.execute("DELETE FROM notice WHERE channel = 'webhook'")
    op.drop_constraint(op.f("ck_notice_noticechannel"), "notice", type_="check")
    op.create_check_constraint("noticechannel", "notice", f"channel IN ({CHANNELS})")
