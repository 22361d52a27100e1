"""releases of the open data sets"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0200"
down_revision: str | None = "0191"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEPT = """
CREATE TRIGGER keep_open_release_undeleted BEFORE DELETE ON open_release
  FOR EACH ROW EXECUTE FUNCTION keep_for_good();
CREATE TRIGGER keep_open_release_unchanged BEFORE UPDATE ON open_release FOR EACH ROW WHEN (
  OLD.withdrawn_at IS NOT NULL OR
  (OLD.dataset, OLD.version, OLD.as_of, OLD.row_count, OLD.file, OLD.digest, OLD.changes)
  IS DISTINCT FROM
  (NEW.dataset, NEW.version, NEW.as_of, NEW.row_count, NEW.file, NEW.digest, NEW.changes)
) EXECUTE FUNCTION keep_for_good();
"""


def upgrade() -> None:
    op.create_table(
        "open_release",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dataset", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["officer.id"], name=op.f("fk_open_release_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_release")),
        sa.UniqueConstraint("dataset", "version", name=op.f("uq_open_release_dataset_version")),
    )
    op.execute(KEPT)


def downgrade() -> None:
    op.drop_table("open_release")
