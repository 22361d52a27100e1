"""anchors of the journals, reads of cards, erasures"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0042"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEEP_JOURNAL = """
CREATE OR REPLACE FUNCTION keep_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.payload %s THEN
    NEW.salt := %s;
    IF to_jsonb(NEW) - ARRAY['payload', 'salt'] = to_jsonb(OLD) - ARRAY['payload', 'salt']
      THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the journal of an appeal is append-only';
END $$;
"""
FOR_GOOD = """
CREATE FUNCTION keep_for_good() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER keep_anchor BEFORE UPDATE OR DELETE ON journal_anchor
  FOR EACH ROW EXECUTE FUNCTION keep_for_good();
CREATE TRIGGER keep_reading BEFORE UPDATE OR DELETE ON card_reading
  FOR EACH ROW EXECUTE FUNCTION keep_for_good();
CREATE TRIGGER keep_erasure BEFORE UPDATE OR DELETE ON erasure
  FOR EACH ROW EXECUTE FUNCTION keep_for_good();
"""
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(KEEP_JOURNAL % ("<@ OLD.payload AND NEW.payload <> OLD.payload", "''::bytea"))
    op.add_column(
        "appeal", sa.Column("anchored_length", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "journal_anchor",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("journals", sa.Integer(), nullable=False),
        sa.Column("heads", sa.String(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_anchor"),
        sa.UniqueConstraint("day", name="uq_journal_anchor_day"),
    )
    op.create_table(
        "card_reading",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=True),
        sa.Column("sight", sa.String(length=32), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "sight IN ('case', 'card', 'file', 'paper', 'person', 'archive')",
            name="ck_card_reading_sight",
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_card_reading_officer_id"),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name="fk_card_reading_appeal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_card_reading"),
    )
    op.create_index("ix_card_reading_at_officer", "card_reading", ["at", "officer_id"])
    op.create_index("ix_card_reading_appeal", "card_reading", ["appeal_id", "at"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name="fk_erasure_appeal_id"),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name="fk_erasure_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sa.UniqueConstraint("appeal_id", name="uq_erasure_appeal_id"),
    )
    op.create_table(
        "erasure_hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name="fk_erasure_hold_appeal_id"),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name="fk_erasure_hold_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_hold"),
    )
    op.create_index("ix_erasure_hold_appeal_id", "erasure_hold", ["appeal_id"])
    op.execute(FOR_GOOD)


def downgrade() -> None:
    op.drop_table("erasure_hold")
    op.drop_table("erasure")
    op.drop_table("card_reading")
    op.drop_table("journal_anchor")
    op.execute("DROP FUNCTION keep_for_good")
    op.drop_column("appeal", "anchored_length")
    op.execute(KEEP_JOURNAL % ("= '{}'::jsonb", "OLD.salt"))
