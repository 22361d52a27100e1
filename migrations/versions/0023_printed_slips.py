"""printed slips"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_device_devicekind"), "device", type_="check")
    op.create_check_constraint("devicekind", "device", "kind IN ('kiosk', 'board', 'printer')")
    op.add_column(
        "device", sa.Column("paper_mm", sa.SmallInteger(), server_default="80", nullable=False)
    )
    op.create_table(
        "printed_slip",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("reserved", "printed", "failed", "reprinted", name="slipstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["officer.id"], name=op.f("fk_printed_slip_asked_by_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_printed_slip_device_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_printed_slip_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_slip")),
    )
    op.create_index(op.f("ix_printed_slip_ticket_id"), "printed_slip", ["ticket_id"])
    op.create_index("uq_printed_slip_newest", "printed_slip", ["ticket_id"], unique=True, postgresql_where=sa.text("state <> 'reprinted'"))
    op.create_index("ix_printed_slip_reserved", "printed_slip", ["device_id", "id"], postgresql_where=sa.text("state = 'reserved'"))
    op.create_index("ix_printed_slip_failed", "printed_slip", ["reserved_at"], postgresql_where=sa.text("state = 'failed'"))


def downgrade() -> None:
    op.drop_table("printed_slip")
    op.drop_column("device", "paper_mm")
    op.execute("DELETE FROM device WHERE kind = 'printer'")
    op.drop_constraint(op.f("ck_device_devicekind"), "device", type_="check")
    op.create_check_constraint("devicekind", "device", "kind IN ('kiosk', 'board')")
