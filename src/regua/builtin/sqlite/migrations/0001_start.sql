-- The tables of regua, all named regua_, because the file may be the host's own database.
-- Instants are microseconds since 1970-01-01 UTC. Every key begins with the creditor.

CREATE TABLE regua_migration (
    number     INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    sha256     TEXT    NOT NULL,
    applied_us INTEGER NOT NULL
) STRICT;

-- One row per debtor: the serialisation point. Its version counts the debtor's events.
CREATE TABLE regua_account (
    creditor  TEXT    NOT NULL,
    debtor    TEXT    NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 0),
    wakeup_us INTEGER,
    digest    TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (creditor, debtor)
) STRICT, WITHOUT ROWID;

CREATE INDEX regua_account_wakeup ON regua_account (creditor, wakeup_us, debtor) WHERE wakeup_us IS NOT NULL;

CREATE TRIGGER regua_account_rises
BEFORE UPDATE OF version ON regua_account WHEN NEW.version < OLD.version
BEGIN
    SELECT RAISE(ABORT, 'the version of an account is never lowered');
END;

-- The log. A line is one event as regua.codec writes it; version is that of the account once it was recorded.
CREATE TABLE regua_event (
    seq      INTEGER PRIMARY KEY,
    creditor TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    debtor   TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    line     TEXT    NOT NULL,
    UNIQUE (creditor, event),
    UNIQUE (creditor, debtor, version),
    FOREIGN KEY (creditor, debtor) REFERENCES regua_account (creditor, debtor)
) STRICT;

CREATE INDEX regua_event_creditor ON regua_event (creditor);

CREATE TRIGGER regua_event_stays
BEFORE UPDATE ON regua_event
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;

CREATE TRIGGER regua_event_remains
BEFORE DELETE ON regua_event
BEGIN
    SELECT RAISE(ABORT, 'an event is never deleted');
END;

-- The outbox. seq keeps the rows in the order in which they came, which is nearly that of time: claims touch few pages.
CREATE TABLE regua_action (
    seq      INTEGER PRIMARY KEY,
    creditor TEXT    NOT NULL,
    action   TEXT    NOT NULL,
    debtor   TEXT    NOT NULL,
    due_us   INTEGER NOT NULL,
    state    TEXT    NOT NULL
             CHECK (state IN ('pending', 'claimed', 'sending', 'sent', 'failed', 'unknown', 'suppressed')),
    epoch    INTEGER NOT NULL CHECK (epoch >= 0),
    owner    TEXT    NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    reason   TEXT    NOT NULL,
    contact  TEXT    NOT NULL,
    ask_us   INTEGER,
    UNIQUE (creditor, action),
    FOREIGN KEY (creditor, debtor) REFERENCES regua_account (creditor, debtor)
) STRICT;

CREATE INDEX regua_action_debtor ON regua_action (creditor, debtor);
CREATE INDEX regua_action_due ON regua_action (creditor, due_us) WHERE state = 'pending';
CREATE INDEX regua_action_held ON regua_action (creditor, due_us) WHERE state IN ('claimed', 'sending');
CREATE INDEX regua_action_asked ON regua_action (creditor, ask_us) WHERE ask_us IS NOT NULL;
CREATE INDEX regua_action_ended_badly ON regua_action (creditor, state, due_us)
    WHERE state IN ('unknown', 'failed');

CREATE TRIGGER regua_action_moves
BEFORE UPDATE OF state ON regua_action WHEN NEW.state <> OLD.state AND NOT CASE OLD.state
    WHEN 'pending'    THEN NEW.state IN ('claimed', 'suppressed', 'unknown', 'sent', 'failed')
    WHEN 'claimed'    THEN NEW.state IN ('pending', 'sending', 'suppressed', 'unknown', 'sent', 'failed')
    WHEN 'sending'    THEN NEW.state IN ('sent', 'pending', 'failed', 'unknown', 'suppressed')
    WHEN 'unknown'    THEN NEW.state IN ('sent', 'failed', 'pending', 'suppressed')
    WHEN 'suppressed' THEN NEW.state IN ('pending', 'sent', 'unknown', 'failed')
    WHEN 'failed'     THEN NEW.state IN ('pending', 'sent', 'unknown', 'suppressed')
    WHEN 'sent'       THEN NEW.state IN ('pending', 'failed', 'unknown')
    ELSE 0
END
BEGIN
    SELECT RAISE(ABORT, 'an action does not move between these states');
END;

CREATE TRIGGER regua_action_rises
BEFORE UPDATE OF epoch ON regua_action WHEN NEW.epoch < OLD.epoch
BEGIN
    SELECT RAISE(ABORT, 'the epoch of an action is never lowered');
END;

CREATE TRIGGER regua_action_belongs
BEFORE UPDATE OF creditor, action, debtor ON regua_action
WHEN NEW.creditor <> OLD.creditor OR NEW.action <> OLD.action OR NEW.debtor <> OLD.debtor
BEGIN
    SELECT RAISE(ABORT, 'an action stays with its debtor');
END;

-- The evidence: written before anything leaves; what came of it is added once.
CREATE TABLE regua_attempt (
    seq          INTEGER PRIMARY KEY,
    creditor     TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    number       INTEGER NOT NULL CHECK (number >= 1),
    debtor       TEXT    NOT NULL,
    epoch        INTEGER NOT NULL,
    worker       TEXT    NOT NULL,
    contact      TEXT    NOT NULL,
    members      TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    content_hash TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    intent_us    INTEGER NOT NULL,
    basis        TEXT    NOT NULL,
    outcome      TEXT    CHECK (outcome IN ('accepted', 'transient', 'permanent', 'unknown')),
    reference    TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    receipt_us   INTEGER,
    UNIQUE (creditor, action, number),
    FOREIGN KEY (creditor, action) REFERENCES regua_action (creditor, action)
) STRICT;

CREATE INDEX regua_attempt_debtor ON regua_attempt (creditor, debtor);
CREATE INDEX regua_attempt_key ON regua_attempt (creditor, channel, key);
CREATE INDEX regua_attempt_reference ON regua_attempt (creditor, channel, reference) WHERE reference <> '';

CREATE TRIGGER regua_attempt_stays
BEFORE UPDATE ON regua_attempt
WHEN OLD.outcome IS NOT NULL OR NEW.outcome IS NULL
    OR (NEW.seq, NEW.creditor, NEW.action, NEW.number, NEW.debtor, NEW.epoch, NEW.worker, NEW.contact, NEW.members)
    IS NOT (OLD.seq, OLD.creditor, OLD.action, OLD.number, OLD.debtor, OLD.epoch, OLD.worker, OLD.contact, OLD.members)
    OR (NEW.channel, NEW.kind, NEW.key, NEW.content_hash, NEW.version, NEW.intent_us, NEW.basis)
    IS NOT (OLD.channel, OLD.kind, OLD.key, OLD.content_hash, OLD.version, OLD.intent_us, OLD.basis)
BEGIN
    SELECT RAISE(ABORT, 'of an attempt only its outcome is added, once');
END;

CREATE TRIGGER regua_attempt_remains
BEFORE DELETE ON regua_attempt
BEGIN
    SELECT RAISE(ABORT, 'an attempt is never deleted');
END;

-- Personal data, apart from the events, which hold references. Rows are added at the end and overwritten with zeros of
-- the same length where they stand, never deleted or resized: SQLite would move their neighbours to other pages and
-- leave copies behind that no later deletion finds (measured, secure_delete notwithstanding).
CREATE TABLE regua_person (
    seq      INTEGER PRIMARY KEY,
    creditor TEXT    NOT NULL,
    debtor   TEXT    NOT NULL,
    ref      TEXT    NOT NULL,
    is_kept  INTEGER NOT NULL CHECK (is_kept IN (0, 1)),
    fields   BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX regua_person_ref ON regua_person (creditor, debtor, ref) WHERE is_kept = 1;

CREATE TRIGGER regua_person_stays
BEFORE UPDATE ON regua_person
WHEN (NEW.seq, NEW.creditor, NEW.debtor, NEW.ref) IS NOT (OLD.seq, OLD.creditor, OLD.debtor, OLD.ref)
    OR NEW.is_kept <> 0 OR NEW.fields IS NOT zeroblob(length(OLD.fields))
BEGIN
    SELECT RAISE(ABORT, 'personal data is only overwritten with zeros');
END;

CREATE TRIGGER regua_person_remains
BEFORE DELETE ON regua_person
BEGIN
    SELECT RAISE(ABORT, 'personal data is overwritten, never deleted');
END;

CREATE TABLE regua_policy (
    creditor    TEXT    NOT NULL,
    policy      TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    fingerprint TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    PRIMARY KEY (creditor, policy, version)
) STRICT;
