"""quality control of answers; the rule, the remedy and the lesson of a resolution"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
RESOLUTION = ("rule_cited", "remedy", "lesson")


def upgrade() -> None:
    op.add_column("claim", sa.Column("control_by_id", sa.Integer(), nullable=True))
    op.add_column("claim", sa.Column("control_since", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_claim_control_by_id"), "claim", "officer", ["control_by_id"], ["id"]
    )
    for name in RESOLUTION:
        op.add_column("claim", sa.Column(name, sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    for name in reversed(RESOLUTION):
        op.drop_column("claim", name)
    op.drop_constraint(op.f("fk_claim_control_by_id"), "claim", type_="foreignkey")
    op.drop_column("claim", "control_since")
    op.drop_column("claim", "control_by_id")
