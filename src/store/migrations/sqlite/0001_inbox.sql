-- What GitHub sent, as it was sent. `state` is waiting, handled or passed.
-- `handled_at` is when it was handled or passed over, if known. `payload` is compressed when it is shorter than `raw_length`.
CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    lane TEXT,
    reason TEXT,
    handled_at BIGINT,
    raw_length BIGINT NOT NULL,
    payload BLOB NOT NULL
);
CREATE INDEX deliveries_waiting ON deliveries (lane, seq) WHERE state = 'waiting';
CREATE INDEX deliveries_by_age ON deliveries (received_at) WHERE state <> 'waiting';
