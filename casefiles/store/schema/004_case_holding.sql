-- Places where a fixed camera's detector keeps seeing the same thing that never moves, learned
-- from a finished run and never deleted. `hidden`: the tracks in it are suppressed; `decided_ns`
-- is when a person last said so or otherwise, NULL while it is as the program left it.
CREATE TABLE static_spots (
    spot_id BIGINT PRIMARY KEY,
    source_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    camera_id VARCHAR,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    class_id SMALLINT NOT NULL,
    x1 FLOAT NOT NULL,
    y1 FLOAT NOT NULL,
    x2 FLOAT NOT NULL,
    y2 FLOAT NOT NULL,
    seen BIGINT NOT NULL,
    analysed BIGINT NOT NULL,
    score FLOAT NOT NULL,
    top_score FLOAT NOT NULL,
    learned_ns BIGINT NOT NULL,
    hidden BOOLEAN NOT NULL,
    decided_ns BIGINT
);

-- The tracks that are nothing but the thing in a spot, of all finished runs of its camera.
CREATE TABLE static_tracks (
    spot_id BIGINT NOT NULL,
    track_id BIGINT NOT NULL
);

-- Why a run ended before the end of its recording, and how far it is: one row a run, gone when
-- the run goes on. `died`: the process that decoded it crashed or hung there.
CREATE TABLE run_stops (
    run_id BIGINT PRIMARY KEY,
    when_ns BIGINT NOT NULL,
    reason VARCHAR NOT NULL,
    analysed_to_ns BIGINT NOT NULL,
    died BOOLEAN NOT NULL
);
