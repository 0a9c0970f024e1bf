-- What a track looked like in several of its frames, for comparing: vectors of length 1, 16-bit
-- floats. What made them is named by the run's options ("looks"). Runs from before this have one
-- vector a track, of 32-bit floats, in track_looks.vector, and no row here; later ones leave that
-- empty. `ordinal` is the place that a frame was kept in, 0 and up.
CREATE TABLE track_vectors (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    ordinal TINYINT NOT NULL,
    frame INTEGER NOT NULL,
    pts BIGINT NOT NULL,
    time_ns BIGINT NOT NULL,
    x1 FLOAT NOT NULL,
    y1 FLOAT NOT NULL,
    x2 FLOAT NOT NULL,
    y2 FLOAT NOT NULL,
    quality FLOAT NOT NULL,
    vector BLOB NOT NULL
);
