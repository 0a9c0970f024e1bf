-- What people add to a case (zones, bookmarks, settings, a map), and how tracks looked.
-- Zones and bookmarks are never deleted: `removed_ns` says when one was taken away, so that undo
-- gives back the same id and the history stays readable.

CREATE TABLE case_settings (
    name VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);

-- Drawn from GeoJSON; the newest is the one shown.
CREATE TABLE base_maps (
    map_id BIGINT PRIMARY KEY,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    geojson VARCHAR NOT NULL,
    added_ns BIGINT NOT NULL,
    added_by VARCHAR NOT NULL
);

-- `polygon` is JSON: [[x, y], …] in source pixels, or [[lon, lat], …] without source and camera.
CREATE TABLE zones (
    zone_id BIGINT PRIMARY KEY,
    name VARCHAR NOT NULL,
    polygon VARCHAR NOT NULL,
    source_id BIGINT,
    camera_id VARCHAR,
    created_ns BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    removed_ns BIGINT
);

CREATE TABLE bookmarks (
    bookmark_id BIGINT PRIMARY KEY,
    note VARCHAR NOT NULL,
    wall_ns BIGINT,
    source_id BIGINT,
    time_ns BIGINT,
    track_id BIGINT,
    created_ns BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    removed_ns BIGINT
);

-- The best picture of each track: no primary key, because a better one replaces it in the
-- transaction of its chunk, which DuckDB's index would refuse.
CREATE TABLE track_looks (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    frame INTEGER NOT NULL,
    pts BIGINT NOT NULL,
    time_ns BIGINT NOT NULL,
    x1 FLOAT NOT NULL,
    y1 FLOAT NOT NULL,
    x2 FLOAT NOT NULL,
    y2 FLOAT NOT NULL,
    quality FLOAT NOT NULL,
    colour_doubt VARCHAR NOT NULL,
    thumbnail BLOB NOT NULL,
    vector BLOB NOT NULL
);

-- Share of each named colour in a part of what was seen: upper, lower (people), body (vehicles).
CREATE TABLE track_colours (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    part VARCHAR NOT NULL CHECK (part IN ('upper', 'lower', 'body')),
    colour VARCHAR NOT NULL,
    share FLOAT NOT NULL
);
