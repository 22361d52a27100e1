"""comments on proposals"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0062"
down_revision: str | None = "0081"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "proposal_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_comment_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["officer.id"], name=op.f("fk_proposal_comment_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_comment")),
    )
    op.create_index(
        op.f("ix_proposal_comment_proposal_id"), "proposal_comment", ["proposal_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("proposal_comment")
