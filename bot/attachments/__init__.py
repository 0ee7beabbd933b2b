"""Images and PDFs that people send along: checked, kept in the database, read only by who may."""
