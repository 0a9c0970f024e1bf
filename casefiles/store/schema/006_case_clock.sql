-- How the clock of a recorder stood: one row each time somebody says so, never deleted. The newest
-- that was not taken back is in force; `sources.offset_ns` is what was stated on adding.
-- `offset_ns` is recorder minus reference at the first frame (positive: fast), `drift_ppb` what
-- comes on top with every 10^9 of recorder time; `readings` is JSON: [[recorder_ns, reference_ns], …].
-- `start_ns` is what the recorder showed at the first frame, where that was not known on adding.
CREATE TABLE source_clocks (
    clock_id BIGINT PRIMARY KEY,
    source_id BIGINT NOT NULL,
    offset_ns BIGINT NOT NULL,
    basis VARCHAR NOT NULL,
    drift_ppb BIGINT NOT NULL,
    readings VARCHAR NOT NULL,
    reference_source VARCHAR NOT NULL,
    zone_name VARCHAR NOT NULL,
    summer_time BOOLEAN NOT NULL,
    uncertainty_ns BIGINT,
    proof VARCHAR NOT NULL,
    proof_sha256 VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    start_ns BIGINT,
    set_ns BIGINT NOT NULL,
    set_by VARCHAR NOT NULL,
    taken_back_ns BIGINT
);

-- Stills of recorders' clocks, each once, by the SHA-256 of its bytes.
CREATE TABLE clock_proofs (
    sha256 VARCHAR PRIMARY KEY,
    media_type VARCHAR NOT NULL,
    picture BLOB NOT NULL
);
