-- The audit chain. Rows are only ever added; `row_text` is canonical JSON, `row_hash` its SHA-256.

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    row_text VARCHAR NOT NULL,
    row_hash VARCHAR NOT NULL
);

-- Erasable values: the chained row holds only SHA-256(salt || value).
CREATE TABLE audit_private (
    seq BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    salt BLOB NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (seq, name)
);
