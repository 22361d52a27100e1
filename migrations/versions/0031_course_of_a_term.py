"""course of a term"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0090"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "term_policy",
        sa.Column("may_pause", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column("claim", sa.Column("own_policy_code", sa.String(length=16), nullable=True))
    op.create_foreign_key(
        op.f("fk_claim_own_policy_code"), "claim", "term_policy", ["own_policy_code"], ["code"]
    )
    op.add_column("claim", sa.Column("deemed_refused_on", sa.Date(), nullable=True))
    op.add_column("claim", sa.Column("documents_by", sa.Date(), nullable=True))
    op.add_column("claim", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "claim", sa.Column("arbitration_since", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    for name in ("arbitration_since", "heard_at", "documents_by", "deemed_refused_on"):
        op.drop_column("claim", name)
    op.drop_constraint(op.f("fk_claim_own_policy_code"), "claim", type_="foreignkey")
    op.drop_column("claim", "own_policy_code")
    op.drop_column("term_policy", "may_pause")
