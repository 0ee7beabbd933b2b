"""Agents put conversations off, in teams, with ready replies."""

from alembic import op
import sqlalchemy as sa

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pending_acts',
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.Column('act', sa.JSON(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failed', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('conversation_id')
    )
    op.create_index('ix_pending_acts_due', 'pending_acts', ['failed', 'due_at'], unique=False)
    op.create_table('canned_replies',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('category', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('teams',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_key', sa.String(length=240), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams')),
    sa.UniqueConstraint('name_key', name=op.f('uq_teams_name_key'))
    )
    op.create_table('team_members',
    sa.Column('team_id', sa.String(length=40), nullable=False),
    sa.Column('agent_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_team_members_agent_id_agents')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_team_members_team_id_teams')),
    sa.PrimaryKeyConstraint('team_id', 'agent_id', name=op.f('pk_team_members'))
    )
    op.add_column('queue', sa.Column('asleep', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('queue', sa.Column('wakes_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('queue', sa.Column('nap', sa.JSON(), nullable=True))
    op.add_column('queue', sa.Column('team', sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('queue', schema=None) as batch_op:
        for name in ('team', 'nap', 'wakes_at', 'asleep'):
            batch_op.drop_column(name)
    op.drop_table('team_members')
    op.drop_table('teams')
    op.drop_table('canned_replies')
    op.drop_index('ix_pending_acts_due', table_name='pending_acts')
    op.drop_table('pending_acts')
