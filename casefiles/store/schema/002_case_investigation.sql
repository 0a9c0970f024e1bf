-- One investigation. Times are BIGINT nanoseconds: media time since the first frame of a source
-- (…_ns of detections and tracks), or wall time since 1970 UTC (the others).

CREATE TABLE case_header (
    case_uuid VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    training BOOLEAN NOT NULL,
    created_ns BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL
);

CREATE TABLE cameras (
    camera_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    notes VARCHAR NOT NULL
);

CREATE TABLE placements (
    camera_id VARCHAR NOT NULL,
    lat DOUBLE NOT NULL,
    lon DOUBLE NOT NULL,
    heading_deg DOUBLE,
    fov_deg DOUBLE,
    range_m DOUBLE,
    from_ns BIGINT,
    to_ns BIGINT
);

CREATE TABLE sources (
    source_id BIGINT PRIMARY KEY,
    sha256 VARCHAR NOT NULL UNIQUE,
    path VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    camera_id VARCHAR,
    container VARCHAR NOT NULL,
    codec VARCHAR NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    time_base VARCHAR NOT NULL,
    frames BIGINT NOT NULL,
    duration_ns BIGINT NOT NULL,
    claimed_fps VARCHAR,
    measured_fps DOUBLE,
    variable_rate BOOLEAN NOT NULL,
    gaps VARCHAR NOT NULL,
    duplicates BIGINT NOT NULL,
    recorded_start_ns BIGINT,
    start_basis VARCHAR,
    offset_ns BIGINT NOT NULL,
    warnings VARCHAR NOT NULL,
    rewrapped VARCHAR,
    stream_sha256 VARCHAR,
    added_ns BIGINT NOT NULL,
    added_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    packet_index BLOB NOT NULL
);

-- What made derived rows: every one of them names a run, a run names hash, model, options, version.
CREATE TABLE runs (
    run_id BIGINT PRIMARY KEY,
    source_id BIGINT NOT NULL,
    source_sha256 VARCHAR NOT NULL,
    model_name VARCHAR NOT NULL,
    model_sha256 VARCHAR NOT NULL,
    options VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    classes VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    state VARCHAR NOT NULL CHECK (state IN ('running', 'finished', 'abandoned')),
    started_ns BIGINT NOT NULL,
    finished_ns BIGINT,
    report VARCHAR NOT NULL
);

-- Which finished run of a source is the one shown: the last that was asked for.
CREATE TABLE shown_runs (
    source_id BIGINT PRIMARY KEY,
    run_id BIGINT NOT NULL
);

-- Where a run can go on after an interruption; written in the transaction of the rows it covers.
CREATE TABLE run_progress (
    run_id BIGINT PRIMARY KEY,
    next_position BIGINT NOT NULL,
    counters VARCHAR NOT NULL,
    gate_state BLOB NOT NULL,
    tracker_state BLOB NOT NULL
);

-- Which frames a model saw: `step` counts them from 0, `frame` is the presentation number.
CREATE TABLE analysed_frames (
    run_id BIGINT NOT NULL,
    step INTEGER NOT NULL,
    frame INTEGER NOT NULL
);

CREATE TABLE detections (
    run_id BIGINT NOT NULL,
    frame INTEGER NOT NULL,
    pts BIGINT NOT NULL,
    time_ns BIGINT NOT NULL,
    x1 FLOAT NOT NULL,
    y1 FLOAT NOT NULL,
    x2 FLOAT NOT NULL,
    y2 FLOAT NOT NULL,
    score FLOAT NOT NULL,
    class_id SMALLINT NOT NULL
);

CREATE TABLE tracks (
    track_id BIGINT PRIMARY KEY,
    run_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    class_id SMALLINT NOT NULL,
    from_ns BIGINT NOT NULL,
    to_ns BIGINT NOT NULL,
    points INTEGER NOT NULL,
    mean_score FLOAT NOT NULL,
    suppressed BOOLEAN NOT NULL
);

CREATE TABLE track_points (
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    frame INTEGER NOT NULL,
    pts BIGINT NOT NULL,
    time_ns BIGINT NOT NULL,
    x1 FLOAT NOT NULL,
    y1 FLOAT NOT NULL,
    x2 FLOAT NOT NULL,
    y2 FLOAT NOT NULL,
    score FLOAT NOT NULL,
    class_id SMALLINT NOT NULL,
    interpolated BOOLEAN NOT NULL
);

-- Activity by minute of media time and class: what a timeline over days is drawn from.
CREATE TABLE minute_activity (
    run_id BIGINT NOT NULL,
    minute BIGINT NOT NULL,
    class_id SMALLINT NOT NULL,
    track_points BIGINT NOT NULL,
    PRIMARY KEY (run_id, minute, class_id)
);
