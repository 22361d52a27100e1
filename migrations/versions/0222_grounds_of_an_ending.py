"""the ground of law on which a claim ends"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0222"
down_revision: str | None = "0221"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "claim", sa.Column("ground", sa.String(length=32), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("claim", "ground")
