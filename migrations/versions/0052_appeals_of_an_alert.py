"""appeals of an alert"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0052"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "alert_appeal",
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_appeal_alert_id")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_alert_appeal_appeal_id")
        ),
        sa.PrimaryKeyConstraint("alert_id", "appeal_id", name=op.f("pk_alert_appeal")),
    )
    op.create_index(op.f("ix_alert_appeal_appeal_id"), "alert_appeal", ["appeal_id"])


def downgrade() -> None:
    op.drop_table("alert_appeal")
