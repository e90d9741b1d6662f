"""Write what is made out of other files: the schemas for browsers, and the offline page."""

from portfolios.offline import PAGE, SCHEMA_MODULE, page, schema_module

SCHEMA_MODULE.write_text(schema_module(), encoding="utf-8")
PAGE.write_text(page(), encoding="utf-8", newline="\n")
