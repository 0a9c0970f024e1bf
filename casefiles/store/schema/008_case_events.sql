-- What happened besides footage: calls, statements, alarms, from tables of others. An import that was
-- taken away keeps its rows, so that undo gives them back. Times are true wall time, as given.
CREATE TABLE event_imports (
    import_id BIGINT PRIMARY KEY,
    file_name VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    -- The zone that was named for times without one; empty where none was.
    zone_name VARCHAR NOT NULL,
    -- JSON: which heading of the file held which of our columns.
    headings VARCHAR NOT NULL,
    events BIGINT NOT NULL,
    from_ns BIGINT NOT NULL,
    to_ns BIGINT NOT NULL,
    added_ns BIGINT NOT NULL,
    added_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    removed_ns BIGINT
);

CREATE TABLE events (
    event_id BIGINT NOT NULL,
    import_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    own_id VARCHAR NOT NULL,
    from_ns BIGINT NOT NULL,
    to_ns BIGINT NOT NULL,
    uncertainty_ns BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    who VARCHAR NOT NULL,
    lat DOUBLE,
    lon DOUBLE
);
