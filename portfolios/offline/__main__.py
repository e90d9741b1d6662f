"""Write what is made out of other files."""

from portfolios.offline import SCHEMA_MODULE, schema_module

SCHEMA_MODULE.write_text(schema_module(), encoding="utf-8")
