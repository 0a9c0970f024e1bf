-- Takes: the tracks of a run cut out of their pictures, for video synopses. The pictures lie in a
-- file of the case folder, its pack; a row says where in it, and when and where in the recording.
-- Everything here can be made again from the original and the run. Cases from before have none.
CREATE TABLE synopsis_takes (
    take_id BIGINT PRIMARY KEY,
    run_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    source_sha256 VARCHAR NOT NULL,
    options VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    pack VARCHAR NOT NULL UNIQUE,
    pack_sha256 VARCHAR NOT NULL,
    -- 32 random bytes where the case is encrypted, else NULL.
    pack_key BLOB,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('running', 'finished')),
    made_ns BIGINT NOT NULL
);

-- From when on a recording shows what; `picture` is its first empty picture made small, as JPEG.
CREATE TABLE synopsis_views (
    take_id BIGINT NOT NULL,
    time_ns BIGINT NOT NULL,
    words VARCHAR NOT NULL,
    picture BLOB NOT NULL
);

CREATE TABLE synopsis_plates (
    take_id BIGINT NOT NULL,
    time_ns BIGINT NOT NULL,
    pack_at BIGINT NOT NULL,
    pack_length INTEGER NOT NULL
);

-- One row a cut-out. Boxes in pixels of the scaled picture, right and bottom not included.
CREATE TABLE synopsis_frames (
    take_id BIGINT NOT NULL,
    track_id BIGINT NOT NULL,
    time_ns BIGINT NOT NULL,
    x1 INTEGER NOT NULL,
    y1 INTEGER NOT NULL,
    x2 INTEGER NOT NULL,
    y2 INTEGER NOT NULL,
    pixels INTEGER NOT NULL,
    pack_at BIGINT NOT NULL,
    pack_length INTEGER NOT NULL
);

-- Tracks of the run of which there is no cut-out, and why.
CREATE TABLE synopsis_dropped (
    take_id BIGINT NOT NULL,
    track_id BIGINT NOT NULL,
    why VARCHAR NOT NULL
);
