-- What belongs to the agency and not to one investigation.

CREATE TABLE policies (
    version INTEGER PRIMARY KEY,
    sha256 VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    registered_ns BIGINT NOT NULL,
    registered_by VARCHAR NOT NULL
);
