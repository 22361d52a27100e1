"""queue rules and visits"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0062"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('queue_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('discipline', sa.Enum('accumulating', 'fifo', 'strict', 'ratio', name='discipline', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('rate_walk_in', sa.Double(), nullable=False),
    sa.Column('rate_booked', sa.Double(), nullable=False),
    sa.Column('rate_priority', sa.Double(), nullable=False),
    sa.Column('rate_first', sa.Double(), nullable=False),
    sa.Column('ceiling_min', sa.Integer(), nullable=True),
    sa.Column('ratio', sa.Integer(), nullable=False),
    sa.Column('credit_max_min', sa.Integer(), nullable=False),
    sa.Column('walking_min', sa.Integer(), nullable=False),
    sa.Column('return_within_min', sa.Integer(), nullable=False),
    sa.Column('return_penalty_min', sa.Integer(), nullable=False),
    sa.Column('misses_allowed', sa.Integer(), nullable=False),
    sa.Column('hold_max_min', sa.Integer(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.CheckConstraint('least(rate_walk_in, rate_booked, rate_priority, rate_first) > 0', name=op.f('ck_queue_rule_rates')),
    sa.CheckConstraint('ratio > 0 AND coalesce(ceiling_min, 1) > 0', name=op.f('ck_queue_rule_limits')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_queue_rule_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue_rule')),
    sa.UniqueConstraint('agency_id', 'valid_from', name=op.f('uq_queue_rule_agency_id_valid_from'), postgresql_nulls_not_distinct=True)
    )
    op.create_table('wait_outlook',
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('rank', sa.SmallInteger(), nullable=False),
    sa.Column('p50_s', sa.Integer(), nullable=False),
    sa.Column('p90_s', sa.Integer(), nullable=False),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_wait_outlook_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'rank', name=op.f('pk_wait_outlook'))
    )
    op.create_table('desk_pause',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('break', 'back_office', 'closed', name='pausekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_desk_pause_desk_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_desk_pause_officer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_desk_pause'))
    )
    op.create_index('uq_desk_pause_open', 'desk_pause', ['desk_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('officer_skill',
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Double(), nullable=False),
    sa.CheckConstraint('weight > 0', name=op.f('ck_officer_skill_weight')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_officer_skill_officer_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_officer_skill_service_id')),
    sa.PrimaryKeyConstraint('officer_id', 'service_id', name=op.f('pk_officer_skill'))
    )
    op.create_table('visit_step',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('ordinal', sa.SmallInteger(), nullable=False),
    sa.Column('stage', sa.SmallInteger(), nullable=False),
    sa.Column('state', sa.Enum('planned', 'done', 'dropped', name='stepstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('service_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('officer_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_visit_step_agency_id')),
    sa.ForeignKeyConstraint(['desk_id'], ['desk.id'], name=op.f('fk_visit_step_desk_id')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_visit_step_officer_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_visit_step_service_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_visit_step_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_step'))
    )
    op.create_index('uq_visit_step_ordinal', 'visit_step', ['ticket_id', 'ordinal'], unique=True)
    op.add_column('service', sa.Column('day_quota', sa.Integer(), nullable=True))
    op.add_column('ticket', sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True))
    # Priority levels became classes beside the booked one.
    op.execute("UPDATE ticket SET ready_at = issued_at, rank = CASE WHEN rank > 0 THEN rank + 1 ELSE 0 END")
    op.execute("UPDATE priority_category SET level = level + 1")
    op.alter_column('ticket', 'ready_at', nullable=False)
    op.add_column('ticket', sa.Column('wanted_desk_id', sa.Integer(), nullable=True))
    op.add_column('ticket', sa.Column('hold_reason', sa.String(length=32), nullable=False, server_default=sa.text("''")))
    op.alter_column("ticket", "hold_reason", server_default=None)
    op.add_column('ticket', sa.Column('held_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('ticket', sa.Column('misses', sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    op.alter_column("ticket", "misses", server_default=None)
    op.add_column('ticket', sa.Column('steps_left', sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    op.alter_column("ticket", "steps_left", server_default=None)
    op.add_column('ticket', sa.Column('note', sa.String(), nullable=False, server_default=sa.text("''")))
    op.alter_column("ticket", "note", server_default=None)
    op.add_column('ticket', sa.Column('told_p50_s', sa.Integer(), nullable=True))
    op.add_column('ticket', sa.Column('told_p90_s', sa.Integer(), nullable=True))
    op.add_column('ticket', sa.Column('version', sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.alter_column("ticket", "version", server_default=None)
    op.add_column('ticket', sa.Column('undo', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True))
    op.create_foreign_key(op.f('fk_ticket_wanted_desk_id'), 'ticket', 'desk', ['wanted_desk_id'], ['id'])


def downgrade() -> None:
    op.drop_constraint(op.f('fk_ticket_wanted_desk_id'), 'ticket', type_='foreignkey')
    op.drop_column('ticket', 'undo')
    op.drop_column('ticket', 'version')
    op.drop_column('ticket', 'told_p90_s')
    op.drop_column('ticket', 'told_p50_s')
    op.drop_column('ticket', 'note')
    op.drop_column('ticket', 'steps_left')
    op.drop_column('ticket', 'misses')
    op.drop_column('ticket', 'held_until')
    op.drop_column('ticket', 'hold_reason')
    op.drop_column('ticket', 'wanted_desk_id')
    op.drop_column('ticket', 'ready_at')
    op.drop_column('service', 'day_quota')
    op.drop_index('uq_visit_step_ordinal', table_name='visit_step')
    op.drop_table('visit_step')
    op.drop_table('officer_skill')
    op.drop_index('uq_desk_pause_open', table_name='desk_pause', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_table('desk_pause')
    op.drop_table('wait_outlook')
    op.drop_table('queue_rule')
