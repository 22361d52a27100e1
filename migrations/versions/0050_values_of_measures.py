"""values of measures"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0050"
down_revision: str | None = "0041"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "measuring",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("journal_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measuring")),
    )
    op.create_index("ix_measuring_period", "measuring", ["period", "as_of"])
    op.create_table(
        "measure_value",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("measuring_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("measure", sa.String(length=48), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("base", sa.String(length=16), nullable=False),
        sa.Column("numerator", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column(
            "remark",
            sa.Enum(
                "",
                "empty",
                "few",
                "not_reached",
                name="remark",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("query_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["measuring_id"], ["measuring.id"], name=op.f("fk_measure_value_measuring_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_value")),
        sa.UniqueConstraint(
            "measuring_id",
            "scope",
            "measure",
            name=op.f("uq_measure_value_measuring_id_scope_measure"),
        ),
    )
    op.create_index(
        "ix_journal_entry_at", "journal_entry", ["at"], postgresql_using="brin"
    )


def downgrade() -> None:
    op.drop_index("ix_journal_entry_at", table_name="journal_entry")
    op.drop_table("measure_value")
    op.drop_index("ix_measuring_period", table_name="measuring")
    op.drop_table("measuring")
