"""representatives and collective appeals"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0120"
down_revision: str | None = "0101"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    for name in ("representative", "authority"):
        op.add_column("applicant", sa.Column(name, sa.String(), server_default="", nullable=False))
    op.add_column(
        "applicant", sa.Column("signatories", sa.Integer(), server_default="1", nullable=False)
    )


def downgrade() -> None:
    for name in ("signatories", "authority", "representative"):
        op.drop_column("applicant", name)
