"""routing that learns"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0070"
down_revision: str | None = "0050"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "competence", sa.Column("firm", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "competence", sa.Column("advice", JSONB, nullable=False, server_default=sa.text("'{}'"))
    )
    op.alter_column("competence", "firm", server_default=None)
    op.alter_column("competence", "advice", server_default=None)
    op.create_table(
        "routing_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "challenger",
                "champion",
                "retired",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("measures", JSONB, nullable=False),
        sa.Column("trained_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_model")),
    )
    op.create_index(
        "uq_routing_model_champion",
        "routing_model",
        ["standing"],
        unique=True,
        postgresql_where=sa.text("standing = 'champion'"),
    )
    op.create_table(
        "routing_choice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("offered", JSONB, nullable=False),
        sa.Column("scores", JSONB, nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("suggested_at", MOMENT, nullable=False),
        sa.Column("chosen", sa.String(length=32), nullable=True),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.Column("chosen_at", MOMENT, nullable=True),
        sa.Column("corrected", sa.String(length=32), nullable=True),
        sa.Column("corrected_by_id", sa.Integer(), nullable=True),
        sa.Column("corrected_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["claim_id"],
            ["claim.id"],
            name=op.f("fk_routing_choice_claim_id_claim"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["routing_model.id"],
            name=op.f("fk_routing_choice_model_id_routing_model"),
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["officer.id"], name=op.f("fk_routing_choice_chosen_by_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"],
            ["officer.id"],
            name=op.f("fk_routing_choice_corrected_by_id_officer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_choice")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_routing_choice_claim_id")),
    )
    op.create_index(
        op.f("ix_routing_choice_suggested_at"), "routing_choice", ["suggested_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("routing_choice")
    op.drop_table("routing_model")
    op.drop_column("competence", "advice")
    op.drop_column("competence", "firm")
