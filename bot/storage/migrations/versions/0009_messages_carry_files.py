"""Messages carry files: what lists read apart from the content, which is kept in parts."""

from alembic import op
import sqlalchemy as sa

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attachments',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('owner', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('conversation_id', sa.String(length=40), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_attachments_conversation', 'attachments', ['conversation_id'], unique=False)
    op.create_index('ix_attachments_unsent', 'attachments', ['sent_at', 'made_at'], unique=False)
    op.create_table('attachment_parts',
    sa.Column('attachment_id', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('bytes', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('attachment_id', 'kind', 'number')
    )


def downgrade() -> None:
    op.drop_table('attachment_parts')
    op.drop_index('ix_attachments_unsent', table_name='attachments')
    op.drop_index('ix_attachments_conversation', table_name='attachments')
    op.drop_table('attachments')
