"""joint replies: who leads an appeal with claims at several agencies"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0110"
down_revision: str | None = "0093"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "joint_reply",
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_joint_reply_appeal_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["agency.id"], name=op.f("fk_joint_reply_lead_id")),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["officer.id"], name=op.f("fk_joint_reply_prepared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["officer.id"], name=op.f("fk_joint_reply_sent_by_id")
        ),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_joint_reply")),
    )


def downgrade() -> None:
    op.drop_table("joint_reply")
