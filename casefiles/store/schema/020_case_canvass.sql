-- Cameras of others that may have recorded something. Rows are never deleted: `removed_ns` says when
-- an entry was taken away, `taken_back_ns` when something said of it was. `keeps_days` is for how long
-- the recorder holds what it records, NULL where nobody knows; so is a place without lat and lon.
-- `origin` is the name of the registry's file, empty where somebody added it by hand.
CREATE TABLE canvass (
    entry_id BIGINT PRIMARY KEY,
    own_id VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    lat DOUBLE,
    lon DOUBLE,
    contact VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    keeps_days DOUBLE,
    notes VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    origin_sha256 VARCHAR NOT NULL,
    added_ns BIGINT NOT NULL,
    added_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    removed_ns BIGINT
);

CREATE TABLE canvass_said (
    said_id BIGINT PRIMARY KEY,
    entry_id BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    set_ns BIGINT NOT NULL,
    set_by VARCHAR NOT NULL,
    taken_back_ns BIGINT
);
