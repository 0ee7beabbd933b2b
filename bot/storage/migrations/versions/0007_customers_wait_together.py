"""Customers whose only problem is one incident wait together; one message answers them all."""

from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('group_members',
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('incident_id', sa.String(length=80), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('conversation_id')
    )
    op.create_index('ix_group_members_incident', 'group_members', ['incident_id'], unique=False)
    op.create_table('group_messages',
    sa.Column('agent_id', sa.String(length=40), nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('agent_name', sa.String(length=200), nullable=False),
    sa.Column('incident_id', sa.String(length=80), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('recipients', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('agent_id', 'client_id')
    )
    op.create_table('group_copies',
    sa.Column('agent_id', sa.String(length=40), nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('agent_id', 'client_id', 'conversation_id')
    )
    op.create_index('ix_group_copies_sent', 'group_copies', ['sent_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_group_copies_sent', table_name='group_copies')
    op.drop_table('group_copies')
    op.drop_table('group_messages')
    op.drop_index('ix_group_members_incident', table_name='group_members')
    op.drop_table('group_members')
