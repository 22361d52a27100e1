"""routing models of the former format let go

A model of another format cannot be opened. The lexicon speaks alone until the night that learns
anew, or until `reception routing train`.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0072"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.execute("UPDATE routing_model SET standing = 'retired', file = '' WHERE file <> ''")


def downgrade() -> None:
    pass
