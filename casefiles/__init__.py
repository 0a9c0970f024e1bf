"""What a case is, holds and can do; DuckDB is spoken only in `casefiles.store`."""
