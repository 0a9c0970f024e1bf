-- What the map is painted from, lowest `rank` first. Rows are never deleted: `removed_ns` says when
-- a layer was taken off the map, so that undo gives back the same id and the history stays readable.
-- `set_ns` is NULL as long as nobody changed a layer: then it is as it was made here.
--   geojson: `map_id` of base_maps;
--   tiles: an archive that stays where it is, by `path`, with its hash, size and date (`modified_ns`);
--   plan: a picture of map_pictures and where it lies, as JSON: {"picture": sha256, "size": [w, h],
--     "pairs": [{"image": [x, y], "lonlat": [lon, lat]}, …], "to_ground": 2 x 3 numbers (pixels to
--     metres east and north), "origin": [lon, lat], "outliers": [place in pairs, …], "error_m": m};
--   outlines: states and counties, which come with the program.
CREATE TABLE map_layers (
    layer_id BIGINT PRIMARY KEY,
    kind VARCHAR NOT NULL CHECK (kind IN ('outlines', 'tiles', 'geojson', 'plan')),
    name VARCHAR NOT NULL,
    shown BOOLEAN NOT NULL,
    opacity DOUBLE NOT NULL,
    rank DOUBLE NOT NULL,
    map_id BIGINT,
    path VARCHAR,
    sha256 VARCHAR,
    size_bytes BIGINT,
    modified_ns BIGINT,
    plan VARCHAR,
    set_ns BIGINT,
    set_by VARCHAR NOT NULL,
    removed_ns BIGINT
);

-- Pictures of plans, each once, by the SHA-256 of its bytes.
CREATE TABLE map_pictures (
    sha256 VARCHAR PRIMARY KEY,
    media_type VARCHAR NOT NULL,
    picture BLOB NOT NULL
);

INSERT INTO map_layers (layer_id, kind, name, shown, opacity, rank, set_by)
VALUES (1, 'outlines', 'States and counties', true, 1.0, 0.0, '');

-- A case from before showed its newest map, and kept the others.
INSERT INTO map_layers (layer_id, kind, name, shown, opacity, rank, map_id, set_by)
SELECT 1 + row_number() OVER (ORDER BY map_id), 'geojson', name,
    map_id = max(map_id) OVER (), 1.0, row_number() OVER (ORDER BY map_id), map_id, ''
FROM base_maps;
