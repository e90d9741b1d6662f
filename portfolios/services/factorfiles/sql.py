"""The statements of an import of factors, in the order in which they run.

A line is compared with the version of its month that counts now, column by column where both say something: a second
file about the same month (Ginnie Mae's factor file and its pool summary) completes the first, it does not correct it.
Of two that differ, the one published later counts; where that is not known or the same day, a correction goes before
what is none, and else the one imported last.
"""

INCOMING = """
DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.judged;
CREATE TEMPORARY TABLE incoming (
    line bigint, program text, pool_number text, prefix text, cusip text, issuer text, coupon numeric(9, 6),
    original_face numeric(20, 2), issued_on date, matures_on date, delay_days smallint, status text, month date,
    factor numeric(9, 8), balance numeric(20, 2), wac numeric(9, 6), wam smallint, wala smallint, loan_count integer,
    removed_upb numeric(20, 2), removed_count integer, correction boolean, fields text
) ON COMMIT DROP
"""

SETTLE = (
    "ALTER TABLE incoming ALTER fields TYPE jsonb USING jsonb_strip_nulls(fields::jsonb)",
    "ANALYZE incoming",
    """
    UPDATE incoming SET program = known.program FROM portfolios_publishedpool known
    WHERE incoming.program = '' AND known.pool_number = incoming.pool_number AND starts_with(known.program, 'freddie')
    """,
    # a security first seen when it was paid off came without a delay: its program was a guess, an older month tells it
    """
    UPDATE portfolios_publishedpool guessed SET program = incoming.program FROM incoming
    WHERE guessed.pool_number = incoming.pool_number AND guessed.program = 'freddie_other'
        AND guessed.delay_days IS NULL AND incoming.program IN ('freddie_umbs', 'freddie_gold')
        AND NOT EXISTS (
            SELECT FROM portfolios_publishedpool known
            WHERE known.pool_number = incoming.pool_number AND known.program = incoming.program
        )
    """,
    "UPDATE incoming SET program = 'freddie_other' WHERE program = ''",
)

WITHOUT_DOUBLES = """
DELETE FROM incoming twice USING (
    SELECT program, pool_number, month, min(line) AS line FROM incoming
    GROUP BY program, pool_number, month HAVING count(*) > 1
) doubled JOIN incoming kept ON kept.line = doubled.line
WHERE (twice.program, twice.pool_number, twice.month) = (doubled.program, doubled.pool_number, doubled.month)
    AND twice.line > doubled.line
RETURNING twice.line, kept.line, kept.month,
    (twice.factor, twice.balance) IS DISTINCT FROM (kept.factor, kept.balance)
"""

NEW_POOLS = """
INSERT INTO portfolios_publishedpool (program, pool_number, prefix, cusip, issuer, status)
SELECT DISTINCT program, pool_number, '', '', '', '' FROM incoming
ON CONFLICT (program, pool_number) DO NOTHING
"""

FIGURES = ("factor", "balance", "wac", "wam", "wala", "loan_count", "removed_upb", "removed_count")


def _contradicts(known: str) -> str:
    """Whether a line says something else than a version that is known, where both say something."""
    return " OR ".join(f"incoming.{name} <> {known}.{name}" for name in FIGURES)


JUDGED = f"""
CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
WITH found AS (
    SELECT incoming.*, pool.id AS pool_id, now.version AS known_version,
        coalesce({_contradicts("now")}, false)
            OR (now_file.layout = %(layout)s
                AND incoming.fields || now.fields <> now.fields || incoming.fields)
            AS contradicts,
        CASE
            WHEN %(published_on)s::date <> now_file.published_on THEN %(published_on)s::date > now_file.published_on
            WHEN incoming.correction <> now.correction THEN incoming.correction
            ELSE true
        END AS counts
    FROM incoming
    JOIN portfolios_publishedpool pool USING (program, pool_number)
    LEFT JOIN portfolios_publishedfactor now
        ON now.pool_id = pool.id AND now.month = incoming.month AND now.latest
    LEFT JOIN portfolios_factorfile now_file ON now_file.id = now.file_id
)
SELECT incoming.*,
    CASE
        WHEN known_version IS NULL THEN 'added'
        WHEN NOT contradicts THEN 'same'
        WHEN NOT counts AND EXISTS (
            SELECT FROM portfolios_publishedfactor earlier
            WHERE earlier.pool_id = incoming.pool_id AND earlier.month = incoming.month
                AND NOT coalesce({_contradicts("earlier")}, false)
        ) THEN 'same'
        ELSE 'corrected'
    END AS outcome,
    1 + coalesce((
        SELECT max(version) FROM portfolios_publishedfactor each
        WHERE each.pool_id = incoming.pool_id AND each.month = incoming.month
    ), 0) AS version
FROM found AS incoming
"""  # noqa: S608 (names of columns only)

STEP_ASIDE = """
UPDATE portfolios_publishedfactor old SET latest = false FROM judged
WHERE old.pool_id = judged.pool_id AND old.month = judged.month AND old.latest
    AND judged.outcome = 'corrected' AND judged.counts
"""

NEW_VERSIONS = """
INSERT INTO portfolios_publishedfactor (
    pool_id, month, version, latest, correction, factor, balance, wac, wam, wala, loan_count, removed_upb,
    removed_count, fields, file_id
)
SELECT pool_id, month, version, outcome = 'added' OR counts, correction, factor, balance, wac, wam, wala, loan_count,
    removed_upb, removed_count, fields, %(file)s
FROM judged WHERE outcome <> 'same'
"""

FILL = """
UPDATE portfolios_publishedfactor known SET
    balance = coalesce(known.balance, judged.balance), wac = coalesce(known.wac, judged.wac),
    wam = coalesce(known.wam, judged.wam), wala = coalesce(known.wala, judged.wala),
    loan_count = coalesce(known.loan_count, judged.loan_count),
    removed_upb = coalesce(known.removed_upb, judged.removed_upb),
    removed_count = coalesce(known.removed_count, judged.removed_count),
    fields = judged.fields || known.fields
FROM judged
WHERE known.pool_id = judged.pool_id AND known.month = judged.month AND known.version = judged.known_version
    AND judged.outcome = 'same' AND NOT judged.contradicts
    AND (NOT known.fields @> judged.fields
        OR known.balance IS NULL AND judged.balance IS NOT NULL OR known.wac IS NULL AND judged.wac IS NOT NULL
        OR known.wam IS NULL AND judged.wam IS NOT NULL OR known.wala IS NULL AND judged.wala IS NOT NULL
        OR known.loan_count IS NULL AND judged.loan_count IS NOT NULL
        OR known.removed_upb IS NULL AND judged.removed_upb IS NOT NULL
        OR known.removed_count IS NULL AND judged.removed_count IS NOT NULL)
"""

TERMS_AS_TEXT = ("prefix", "cusip", "issuer", "status")
TERMS_AS_VALUES = ("coupon", "original_face", "issued_on", "matures_on", "delay_days")


def _says_more(name: str) -> str:
    """Whether a line says a term that the pool does not have, or another one in the newest month."""
    given, unknown = (
        (f"said.{name} <> ''", f"pool.{name} = ''")
        if name in TERMS_AS_TEXT
        else (f"said.{name} IS NOT NULL", f"pool.{name} IS NULL")
    )
    return f"({given} AND said.{name} IS DISTINCT FROM pool.{name} AND (newest OR {unknown}))"


TERM_NAMES = (*TERMS_AS_TEXT, *TERMS_AS_VALUES)
_NEW_TERMS = ", ".join(
    f"{name} = CASE WHEN {_says_more(name)} THEN said.{name} ELSE pool.{name} END" for name in TERM_NAMES
)
TERMS = f"""
UPDATE portfolios_publishedpool pool SET {_NEW_TERMS}
FROM (
    SELECT DISTINCT ON (judged.pool_id) judged.*, outcome <> 'same' AND counts AND NOT EXISTS (
        SELECT FROM portfolios_publishedfactor later
        WHERE later.pool_id = judged.pool_id AND later.month > judged.month
    ) AS newest
    FROM judged ORDER BY judged.pool_id, judged.month DESC
) said
WHERE pool.id = said.pool_id AND ({" OR ".join(map(_says_more, TERM_NAMES))})
"""  # noqa: S608 (names of columns only)

TOUCHED = """
SELECT DISTINCT judged.pool_id FROM judged
JOIN portfolios_security followed ON followed.published_id = judged.pool_id
"""
