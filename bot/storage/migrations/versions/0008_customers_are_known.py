"""Customers whom their own site vouches for are known, with their conversations on every device."""

from alembic import op
import sqlalchemy as sa

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contacts',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('external_id', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('attributes', sa.JSON(), nullable=False),
    sa.Column('locale', sa.String(length=20), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('external_id')
    )
    op.create_table('contact_sessions',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('contact_id', sa.String(length=40), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token_hash')
    )
    op.create_index('ix_contact_sessions_expires', 'contact_sessions', ['expires_at'], unique=False)
    op.create_table('identity_uses',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('device_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token_hash')
    )
    op.create_index('ix_identity_uses_expires', 'identity_uses', ['expires_at'], unique=False)
    with op.batch_alter_table('visitors', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_id', sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('visitors', schema=None) as batch_op:
        batch_op.drop_column('contact_id')
    op.drop_index('ix_identity_uses_expires', table_name='identity_uses')
    op.drop_table('identity_uses')
    op.drop_index('ix_contact_sessions_expires', table_name='contact_sessions')
    op.drop_table('contact_sessions')
    op.drop_table('contacts')
