"""Reads each text once: only texts that are new, changed, or were read with another lexicon."""

TYPES = (
    "struct(text_key varchar, text_md5 varchar, edition varchar, language varchar,"
    " score double, sentiment varchar)[]"
)


def model(dbt, session):
    from dataclasses import asdict

    from rivage.measurement.sentiment import Reader, Word

    dbt.config(materialized="incremental", unique_key="text_key")
    words = dbt.ref("sentiment_words")
    texts = dbt.ref("int_comments__texts")
    lexicon = words.project("language, expression, valence").fetchall()
    reader = Reader(Word(*line) for line in lexicon)
    pending = texts.filter("not is_by_brand").project("text_key, said_text, md5(said_text) as md5")
    if dbt.is_incremental:
        kept = f"select text_key, text_md5 from {dbt.this} where edition = '{reader.edition}'"
        pending = pending.filter(f"(text_key, md5(said_text)) not in ({kept})")
    read = []
    for key, text, md5 in pending.fetchall():
        found = asdict(reader.read(text))
        read.append({"text_key": key, "text_md5": md5, "edition": reader.edition, **found})
    return session.sql(f"select unnest($1::{TYPES}, recursive := true)", params=[read])
