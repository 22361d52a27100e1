"""the higher body by way of which an appeal came"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0250"
down_revision: str | None = "0230"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "appeal",
        sa.Column("higher_body", sa.String(length=32), server_default="", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("appeal", "higher_body")
