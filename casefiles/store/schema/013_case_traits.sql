-- What tracks are like and how they moved. Runs made before this have no rows of either: of them
-- it is not known, which is not the same as "no".

-- What each frame that was looked at says; summed up into `track_attributes` when the run ends.
CREATE TABLE attribute_votes (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    ordinal TINYINT NOT NULL,
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    confidence FLOAT NOT NULL,
    weight FLOAT NOT NULL,
    frame INTEGER NOT NULL,
    pts BIGINT NOT NULL
);

-- One row a track and name: what most of its frames say, and the frame that says it best.
CREATE TABLE track_attributes (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    confidence FLOAT NOT NULL,
    frame INTEGER NOT NULL,
    pts BIGINT NOT NULL
);

-- Lengths in the track's own heights: `across` to the right, `towards` the camera, `net` and
-- `path` on the picture, `speed` in heights a second. NULL where there was too little to measure.
CREATE TABLE track_movement (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    across FLOAT,
    towards FLOAT,
    net FLOAT,
    path FLOAT,
    speed FLOAT,
    standing FLOAT,
    height_px FLOAT NOT NULL
);
