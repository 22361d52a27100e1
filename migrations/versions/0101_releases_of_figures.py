"""releases of figures"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0101"
down_revision: str | None = "0112"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEPT = """
CREATE TRIGGER keep_release_undeleted BEFORE DELETE ON figure_release
  FOR EACH ROW EXECUTE FUNCTION keep_for_good();
CREATE TRIGGER keep_release_unchanged BEFORE UPDATE ON figure_release FOR EACH ROW WHEN (
  OLD.withdrawn_at IS NOT NULL OR
  (OLD.period, OLD.version, OLD.as_of, OLD.published_by_id, OLD.figures, OLD.file, OLD.digest,
   OLD.changes) IS DISTINCT FROM
  (NEW.period, NEW.version, NEW.as_of, NEW.published_by_id, NEW.figures, NEW.file, NEW.digest,
   NEW.changes)
) EXECUTE FUNCTION keep_for_good();
"""


def upgrade() -> None:
    op.create_table(
        "figure_release",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["officer.id"], name=op.f("fk_figure_release_published_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["officer.id"], name=op.f("fk_figure_release_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_release")),
        sa.UniqueConstraint("period", "version", name=op.f("uq_figure_release_period_version")),
    )
    op.execute(KEPT)


def downgrade() -> None:
    op.drop_table("figure_release")
