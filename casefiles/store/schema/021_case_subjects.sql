-- Subjects that are followed, what people said of tracks of them, where they were looked for and
-- not seen, and what people said of the ways between cameras. Rows are never deleted: `removed_ns`
-- says when a subject was taken away, `taken_back_ns` when something said was.
-- NULL stands for "not known", as everywhere: no last place, no fastest speed, no rank, no score.
CREATE TABLE subjects (
    subject_id BIGINT PRIMARY KEY,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL CHECK (kind IN ('person', 'vehicle')),
    mode VARCHAR NOT NULL CHECK (mode IN ('follow', 'missing')),
    clothing VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    last_wall_ns BIGINT,
    last_lat DOUBLE,
    last_lon DOUBLE,
    last_radius_m DOUBLE,
    last_uncertainty_s DOUBLE,
    last_basis VARCHAR,
    fastest_m_s DOUBLE,
    created_ns BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    removed_ns BIGINT
);

-- `run_id` and `source_id` are those of the track; `why` is a JSON list of the reasons shown.
CREATE TABLE sightings (
    sighting_id BIGINT PRIMARY KEY,
    subject_id BIGINT NOT NULL,
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    verdict VARCHAR NOT NULL CHECK (verdict IN ('confirmed', 'rejected')),
    note VARCHAR NOT NULL,
    shown_rank BIGINT,
    score DOUBLE,
    why VARCHAR NOT NULL,
    said_ns BIGINT NOT NULL,
    said_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    taken_back_ns BIGINT
);

CREATE TABLE absences (
    absence_id BIGINT PRIMARY KEY,
    subject_id BIGINT NOT NULL,
    camera_id VARCHAR NOT NULL,
    from_ns BIGINT NOT NULL,
    to_ns BIGINT NOT NULL,
    how VARCHAR NOT NULL CHECK (how IN ('candidates', 'watched')),
    looked_at BIGINT NOT NULL,
    share DOUBLE NOT NULL,
    note VARCHAR NOT NULL,
    said_ns BIGINT NOT NULL,
    said_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    taken_back_ns BIGINT
);

CREATE TABLE link_rules (
    rule_id BIGINT PRIMARY KEY,
    from_camera VARCHAR NOT NULL,
    to_camera VARCHAR NOT NULL,
    closed BOOLEAN NOT NULL,
    kind VARCHAR CHECK (kind IN ('person', 'vehicle')),
    typical_s DOUBLE,
    least_s DOUBLE,
    most_s DOUBLE,
    note VARCHAR NOT NULL,
    said_ns BIGINT NOT NULL,
    said_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    taken_back_ns BIGINT
);
