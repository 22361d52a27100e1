"""a meeting knows when and why it was moved or cancelled"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0260"
down_revision: str | None = "0253"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    column = sa.Column(
        "changes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
    )
    op.add_column("council_meeting", column)
    op.alter_column("council_meeting", "changes", server_default=None)


def downgrade() -> None:
    op.drop_column("council_meeting", "changes")
