-- Questions that somebody kept, exported or decided on, what people said of tracks in their
-- answers, and answers as they were given. What was taken back keeps its row.
CREATE TABLE questions (
    question_id BIGINT PRIMARY KEY,
    sha256 VARCHAR NOT NULL UNIQUE,
    kind VARCHAR NOT NULL CHECK (kind IN ('search', 'similar')),
    text VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    asked_ns BIGINT NOT NULL,
    asked_by VARCHAR NOT NULL
);

CREATE TABLE decisions (
    decision_id BIGINT PRIMARY KEY,
    question_id BIGINT NOT NULL,
    track_id BIGINT NOT NULL,
    verdict VARCHAR NOT NULL CHECK (verdict IN ('right', 'wrong')),
    shown_rank BIGINT,
    decided_ns BIGINT NOT NULL,
    decided_by VARCHAR NOT NULL,
    taken_back_ns BIGINT
);

CREATE TABLE kept_answers (
    answer_id BIGINT PRIMARY KEY,
    question_id BIGINT NOT NULL,
    asked BIGINT NOT NULL,
    total BIGINT NOT NULL,
    sorted_by VARCHAR NOT NULL,
    kept_ns BIGINT NOT NULL,
    kept_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL
);

CREATE TABLE kept_answer_runs (
    answer_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL
);

CREATE TABLE kept_answer_hits (
    answer_id BIGINT NOT NULL,
    shown_rank BIGINT NOT NULL,
    track_id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    score DOUBLE NOT NULL
);
