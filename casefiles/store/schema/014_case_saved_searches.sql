-- Searches that people saved under a name: the text as it was typed, read anew whenever it is asked
-- ("last 2 hours" stays relative), and the filters changed by hand, as JSON, where zones and lines
-- stand by their ids. Nothing is deleted: `removed_ns` says when one was taken away.
CREATE TABLE saved_searches (
    search_id BIGINT PRIMARY KEY,
    name VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    created_ns BIGINT NOT NULL,
    created_by VARCHAR NOT NULL,
    removed_ns BIGINT
);
