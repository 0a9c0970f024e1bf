-- Where moving cameras were: fixes from files, joined to footage by the camera. An import that was
-- taken away keeps its rows, so that undo gives them back.
CREATE TABLE position_imports (
    import_id BIGINT PRIMARY KEY,
    camera_id VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    fixes BIGINT NOT NULL,
    from_ns BIGINT NOT NULL,
    to_ns BIGINT NOT NULL,
    added_ns BIGINT NOT NULL,
    added_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    removed_ns BIGINT
);

CREATE TABLE positions (
    import_id BIGINT NOT NULL,
    wall_ns BIGINT NOT NULL,
    lat DOUBLE NOT NULL,
    lon DOUBLE NOT NULL,
    accuracy_m DOUBLE
);
