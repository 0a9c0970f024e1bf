-- Which tracks were joined when their run ended, and how far a track is to be trusted. Runs made
-- before this have no rows of either: nothing was joined, and of their quality nothing is known.

-- One row a piece of a joined track. `piece` is the id that it had as a track of its own, the first
-- piece's being that of the whole; `gap_ns` and `confidence` are of the link from the piece before,
-- and NULL for the first.
CREATE TABLE track_pieces (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    piece BIGINT NOT NULL,
    from_ns BIGINT NOT NULL,
    to_ns BIGINT NOT NULL,
    gap_ns BIGINT,
    confidence FLOAT
);

-- All in 0..1: `quality` is made of the others (detection/track_quality.py).
CREATE TABLE track_quality (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    quality FLOAT NOT NULL,
    coverage FLOAT NOT NULL,
    interpolated FLOAT NOT NULL,
    mean_score FLOAT NOT NULL,
    smoothness FLOAT NOT NULL,
    cut FLOAT NOT NULL
);
