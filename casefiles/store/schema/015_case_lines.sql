-- Directed lines that people draw on pictures. `points` is JSON: [[x, y], …] in source pixels, of
-- pictures of `width` by `height`. Like zones they are never deleted: `removed_ns` says when one was
-- taken away.
CREATE TABLE lines (
    line_id BIGINT PRIMARY KEY,
    name VARCHAR NOT NULL,
    points VARCHAR NOT NULL,
    source_id BIGINT,
    camera_id VARCHAR,
    width INTEGER,
    height INTEGER,
    created_ns BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    removed_ns BIGINT
);

-- On pictures of which size a zone of a camera was drawn: its recordings may have several. Older
-- zones have no row, and nobody knows.
CREATE TABLE zone_sizes (
    zone_id BIGINT PRIMARY KEY,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL
);
