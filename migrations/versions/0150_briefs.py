"""briefs of a month"""

from collections.abc import Sequence

from alembic import op

revision: str = "0150"
down_revision: str | None = "0140"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KINDS = "'daily', 'weekly', 'monthly', 'quarterly', 'annual'"


def upgrade() -> None:
    _allow(f"{KINDS}, 'brief', 'proposal'")


def downgrade() -> None:
    op.execute("DELETE FROM edition WHERE kind = 'brief'")
    _allow(f"{KINDS}, 'proposal'")


def _allow(kinds: str) -> None:
    op.execute("ALTER TABLE edition DROP CONSTRAINT ck_edition_editionkind")
    op.create_check_constraint("editionkind", "edition", f"kind IN ({kinds})")
