"""Let the database itself refuse to change or remove what is sealed: a first hurdle, for mistakes and the hasty.

Whoever may do everything in the database can take it away again; `pinzhi journal verify` finds what he does then.
"""

from django.db import migrations

SEALED = ("journal_leaf", "journal_node", "journal_head")
WORDS = "the journal is append-only: what is sealed is neither changed nor removed"

SQLITE = [
    f"""CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table}
    BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
    for table in SEALED
    for verb in ("UPDATE", "DELETE")
] + [
    f"""CREATE TRIGGER journal_entry_refuse_{verb.lower()} BEFORE {verb} ON journal_entry
    WHEN EXISTS (SELECT 1 FROM journal_leaf WHERE entry_id = OLD.id)
    BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
    for verb in ("UPDATE", "DELETE")
]

POSTGRESQL = [
    f"""CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{WORDS}'; END $$""",
    f"""CREATE FUNCTION journal_refuse_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM journal_leaf WHERE entry_id = OLD.id) THEN RAISE EXCEPTION '{WORDS}'; END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END $$""",
    f"""CREATE FUNCTION journal_refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM journal_leaf) THEN RAISE EXCEPTION '{WORDS}'; END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER journal_entry_refuse BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_sealed()""",
    *(
        f"""CREATE TRIGGER {table}_refuse BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION journal_refuse()"""
        for table in SEALED
    ),
    *(
        f"""CREATE TRIGGER {table}_refuse_emptying BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_emptying()"""
        for table in ("journal_entry", *SEALED)
    ),
]


def protect(apps, schema_editor):
    """Set the triggers."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def release(apps, schema_editor):
    """Take the triggers away."""
    if schema_editor.connection.vendor == "postgresql":
        for table in ("journal_entry", *SEALED):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse ON {table}")
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_emptying ON {table}")
        for function in ("journal_refuse", "journal_refuse_sealed", "journal_refuse_emptying"):
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {function}()")
        return
    for table in ("journal_entry", *SEALED):
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{verb}")


class Migration(migrations.Migration):

    dependencies = [("journal", "0002_seal_lines")]

    operations = [migrations.RunPython(protect, release)]
