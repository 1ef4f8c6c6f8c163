-- One row for each issue: who works on it, until when, and when there is something to do next.
CREATE TABLE lanes (
    lane TEXT PRIMARY KEY NOT NULL,
    owner TEXT,
    fence BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT
);
CREATE INDEX lanes_due ON lanes (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE runs (
    lane TEXT PRIMARY KEY NOT NULL REFERENCES lanes (lane),
    json TEXT NOT NULL,
    version BIGINT NOT NULL,
    repo TEXT NOT NULL,
    issue BIGINT NOT NULL,
    branch TEXT,
    pull BIGINT,
    phase TEXT NOT NULL,
    wake_at BIGINT
);
CREATE INDEX runs_by_branch ON runs (repo, branch);
CREATE INDEX runs_by_pull ON runs (repo, pull);
CREATE INDEX runs_by_issue ON runs (repo, issue);

-- What is still to be done outside. Done effects stay until they are pruned.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL REFERENCES lanes (lane),
    key TEXT NOT NULL,
    json TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    done BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX outbox_undone ON outbox (lane, key) WHERE done = 0;
CREATE INDEX outbox_next ON outbox (lane, id) WHERE done = 0;
