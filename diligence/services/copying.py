"""Frames into PostgreSQL by COPY: the only way loans and findings are written."""

import io

import polars as pl
from django.db import connection
from psycopg import sql


def copy_frame(table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table; the frame's columns are columns of the table. Null stays null, "" stays ""."""
    if frame.is_empty():
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    )
    text = io.BytesIO()
    frame.write_csv(text, include_header=False, null_value="", quote_style="necessary")
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        copy.write(text.getbuffer())
