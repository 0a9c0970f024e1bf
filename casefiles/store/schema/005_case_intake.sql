-- What was found and noted when a recording was taken in: one row a source, none for sources of
-- cases made before. `facts` is JSON; both hashes are over all bytes of the file, `reread_sha256`
-- of a second reading from the medium. `collected` names the copy in the folder `media`.
CREATE TABLE source_intake (
    source_id BIGINT PRIMARY KEY,
    facts VARCHAR,
    hashed_ns BIGINT,
    reread_sha256 VARCHAR,
    reread_ns BIGINT,
    maker VARCHAR NOT NULL DEFAULT '',
    model VARCHAR NOT NULL DEFAULT '',
    serial VARCHAR NOT NULL DEFAULT '',
    received_from VARCHAR NOT NULL DEFAULT '',
    received_by VARCHAR NOT NULL DEFAULT '',
    received_ns BIGINT,
    note VARCHAR NOT NULL DEFAULT '',
    overwrite_ns BIGINT,
    collected VARCHAR,
    collected_ns BIGINT
);
