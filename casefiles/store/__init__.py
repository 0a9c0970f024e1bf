"""DuckDB is spoken here and nowhere else: connections, migrations, one writer, tables ↔ types."""
