-- Workers that have no session of their own, as behind a pooler: each counts as alive until an instant, which it puts off.
CREATE TABLE regua_worker (
    name     text   COLLATE "C" PRIMARY KEY,
    until_us bigint NOT NULL
);
