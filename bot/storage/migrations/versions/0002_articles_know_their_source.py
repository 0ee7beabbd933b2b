"""Articles have a collection and know the source they came from."""

from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('article_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('collection', sa.String(length=128), server_default='main', nullable=False))
        batch_op.add_column(sa.Column('source', sa.String(length=128), nullable=True))

    op.create_table('article_moves',
    sa.Column('id', sa.String(length=128), nullable=False),
    sa.Column('locale', sa.String(length=16), nullable=False),
    sa.Column('moved_to', sa.String(length=128), nullable=False),
    sa.PrimaryKeyConstraint('id', 'locale')
    )
    op.create_table('category_names',
    sa.Column('category', sa.String(length=128), nullable=False),
    sa.Column('subcategory', sa.String(length=128), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('category', 'subcategory')
    )
    op.create_table('sources',
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('warning', sa.Text(), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('busy_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('runner', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('source_documents',
    sa.Column('source', sa.String(length=128), nullable=False),
    sa.Column('source_id', sa.String(length=700), nullable=False),
    sa.Column('locale', sa.String(length=16), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('article_id', sa.String(length=128), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('translation_key', sa.String(length=300), nullable=True),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('proposed', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('source', 'source_id', 'locale')
    )
    with op.batch_alter_table('source_documents', schema=None) as batch_op:
        batch_op.create_index('ix_source_documents_article', ['article_id', 'locale'], unique=False)
        batch_op.create_index('ix_source_documents_translation', ['source', 'translation_key'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('source_documents', schema=None) as batch_op:
        batch_op.drop_index('ix_source_documents_translation')
        batch_op.drop_index('ix_source_documents_article')

    op.drop_table('source_documents')
    op.drop_table('sources')
    op.drop_table('category_names')
    op.drop_table('article_moves')
    with op.batch_alter_table('article_versions', schema=None) as batch_op:
        batch_op.drop_column('source')
        batch_op.drop_column('collection')
