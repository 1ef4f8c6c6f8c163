-- What models have cost: a row for each turn that was paid for, under the name by which it is known when it is told again.
-- Money in millionths of a US dollar, time in milliseconds.
CREATE TABLE charges (
    name TEXT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    repo TEXT NOT NULL,
    run TEXT NOT NULL,
    step BIGINT NOT NULL,
    model TEXT NOT NULL,
    turns BIGINT NOT NULL,
    input BIGINT NOT NULL,
    cached BIGINT NOT NULL,
    cache_written BIGINT NOT NULL,
    output BIGINT NOT NULL,
    micro_dollars BIGINT NOT NULL,
    unpriced_turns BIGINT NOT NULL,
    millis BIGINT NOT NULL
);
CREATE INDEX charges_by_time ON charges (at);
CREATE INDEX charges_by_run ON charges (run, step);
