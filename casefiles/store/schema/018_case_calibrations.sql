-- How cameras see the ground. A calibration belongs to the placement of its camera that holds since
-- `placement_from_ns` (NULL: from the beginning), and to pictures of `width` by `height`; of several
-- that stand the newest counts. Rows are never deleted: `taken_back_ns` says when one was taken back.
-- `pairs` is JSON: [{"image": [x, y], "ground_m": [x, y] | "lonlat": [lon, lat]}, …];
-- `to_image` and `covariance` are JSON lists of 9 and 81 numbers, `outliers` of places in `pairs`.
-- Cases from before have none.
CREATE TABLE calibrations (
    calibration_id BIGINT PRIMARY KEY,
    camera_id VARCHAR NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    placement_from_ns BIGINT,
    pairs VARCHAR NOT NULL,
    outliers VARCHAR NOT NULL,
    to_image VARCHAR NOT NULL,
    covariance VARCHAR NOT NULL,
    noise_px DOUBLE,
    error_m DOUBLE,
    origin_lat DOUBLE,
    origin_lon DOUBLE,
    y_axis_deg DOUBLE NOT NULL,
    set_ns BIGINT NOT NULL,
    set_by VARCHAR NOT NULL,
    program_version VARCHAR NOT NULL,
    taken_back_ns BIGINT
);
