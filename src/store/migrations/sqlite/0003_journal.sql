-- What happened to each issue, in words for people.
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL REFERENCES lanes (lane),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX journal_by_lane ON journal (lane, id);

-- Written by the readiness probe, to know that writing works.
CREATE TABLE probe (
    id BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL
);
INSERT INTO probe (id, at) VALUES (1, 0);
