-- The tables of regua, all named regua_, because the database may be the host's own.
-- Instants are microseconds since 1970-01-01 UTC. Every key begins with the creditor. Ids are compared byte by byte.

CREATE TABLE regua_migration (
    number     integer PRIMARY KEY,
    name       text    NOT NULL,
    sha256     text    NOT NULL,
    applied_us bigint  NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
);

-- One row per debtor: the serialisation point. Its version counts the debtor's events.
CREATE TABLE regua_account (
    creditor  text COLLATE "C" NOT NULL,
    debtor    text COLLATE "C" NOT NULL,
    version   bigint NOT NULL CHECK (version >= 0),
    wakeup_us bigint,
    digest    text   NOT NULL DEFAULT '',
    PRIMARY KEY (creditor, debtor)
);

CREATE INDEX regua_account_wakeup ON regua_account (creditor, wakeup_us, debtor) WHERE wakeup_us IS NOT NULL;

-- The log. A line is one event as regua.codec writes it; version is that of the account once it was recorded.
CREATE TABLE regua_event (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    creditor text COLLATE "C" NOT NULL,
    event    text COLLATE "C" NOT NULL,
    debtor   text COLLATE "C" NOT NULL,
    version  bigint NOT NULL,
    line     text   NOT NULL,
    UNIQUE (creditor, event),
    UNIQUE (creditor, debtor, version),
    FOREIGN KEY (creditor, debtor) REFERENCES regua_account (creditor, debtor)
);

CREATE INDEX regua_event_creditor ON regua_event (creditor, seq);

-- The outbox.
CREATE TABLE regua_action (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    creditor text COLLATE "C" NOT NULL,
    action   text COLLATE "C" NOT NULL,
    debtor   text COLLATE "C" NOT NULL,
    due_us   bigint NOT NULL,
    state    text   NOT NULL
             CHECK (state IN ('pending', 'claimed', 'sending', 'sent', 'failed', 'unknown', 'suppressed')),
    epoch    bigint NOT NULL CHECK (epoch >= 0),
    owner    text   NOT NULL,
    attempts bigint NOT NULL CHECK (attempts >= 0),
    reason   text   NOT NULL,
    contact  text   NOT NULL,
    ask_us   bigint,
    UNIQUE (creditor, action),
    FOREIGN KEY (creditor, debtor) REFERENCES regua_account (creditor, debtor)
);

CREATE INDEX regua_action_debtor ON regua_action (creditor, debtor, seq);
CREATE INDEX regua_action_due ON regua_action (creditor, due_us, seq) WHERE state = 'pending';
CREATE INDEX regua_action_held ON regua_action (creditor, due_us, seq) WHERE state IN ('claimed', 'sending');
CREATE INDEX regua_action_asked ON regua_action (creditor, ask_us, seq) WHERE ask_us IS NOT NULL;
CREATE INDEX regua_action_ended_badly ON regua_action (creditor, state, due_us)
    WHERE state IN ('unknown', 'failed');

-- The evidence: written before anything leaves; what came of it is added once.
CREATE TABLE regua_attempt (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    creditor     text COLLATE "C" NOT NULL,
    action       text COLLATE "C" NOT NULL,
    number       bigint NOT NULL CHECK (number >= 1),
    debtor       text COLLATE "C" NOT NULL,
    epoch        bigint NOT NULL,
    worker       text   NOT NULL,
    contact      text   NOT NULL,
    members      text   NOT NULL,
    channel      text COLLATE "C" NOT NULL,
    kind         text   NOT NULL,
    key          text COLLATE "C" NOT NULL,
    content_hash text   NOT NULL,
    version      bigint NOT NULL,
    intent_us    bigint NOT NULL,
    basis        text   NOT NULL,
    outcome      text   CHECK (outcome IN ('accepted', 'transient', 'permanent', 'unknown')),
    reference    text COLLATE "C" NOT NULL,
    reason       text   NOT NULL,
    receipt_us   bigint,
    UNIQUE (creditor, action, number),
    FOREIGN KEY (creditor, action) REFERENCES regua_action (creditor, action)
);

CREATE INDEX regua_attempt_debtor ON regua_attempt (creditor, debtor, seq);
CREATE INDEX regua_attempt_key ON regua_attempt (creditor, channel, key, seq);
CREATE INDEX regua_attempt_reference ON regua_attempt (creditor, channel, reference, seq) WHERE reference <> '';

-- Personal data, apart from the events, which hold references.
CREATE TABLE regua_person (
    creditor text COLLATE "C" NOT NULL,
    debtor   text COLLATE "C" NOT NULL,
    ref      text COLLATE "C" NOT NULL,
    fields   bytea NOT NULL,
    PRIMARY KEY (creditor, debtor, ref)
);

CREATE TABLE regua_policy (
    creditor    text COLLATE "C" NOT NULL,
    policy      text COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    fingerprint text   NOT NULL,
    text        text   NOT NULL,
    PRIMARY KEY (creditor, policy, version)
);

-- Refuses, with the words of the trigger.
CREATE FUNCTION regua_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0];
END
$$;

CREATE TRIGGER regua_account_rises BEFORE UPDATE OF version ON regua_account
    FOR EACH ROW WHEN (NEW.version < OLD.version)
    EXECUTE FUNCTION regua_refuse('the version of an account is never lowered');

CREATE TRIGGER regua_event_stays BEFORE UPDATE ON regua_event
    FOR EACH ROW EXECUTE FUNCTION regua_refuse('an event is never changed');

CREATE TRIGGER regua_event_remains BEFORE DELETE ON regua_event
    FOR EACH ROW EXECUTE FUNCTION regua_refuse('an event is never deleted');

CREATE TRIGGER regua_event_is_kept BEFORE TRUNCATE ON regua_event
    FOR EACH STATEMENT EXECUTE FUNCTION regua_refuse('an event is never deleted');

CREATE TRIGGER regua_action_moves BEFORE UPDATE OF state ON regua_action
    FOR EACH ROW WHEN (NEW.state <> OLD.state AND NOT CASE OLD.state
        WHEN 'pending'    THEN NEW.state IN ('claimed', 'suppressed', 'unknown', 'sent', 'failed')
        WHEN 'claimed'    THEN NEW.state IN ('pending', 'sending', 'suppressed', 'unknown', 'sent', 'failed')
        WHEN 'sending'    THEN NEW.state IN ('sent', 'pending', 'failed', 'unknown', 'suppressed')
        WHEN 'unknown'    THEN NEW.state IN ('sent', 'failed', 'pending', 'suppressed')
        WHEN 'suppressed' THEN NEW.state IN ('pending', 'sent', 'unknown', 'failed')
        WHEN 'failed'     THEN NEW.state IN ('pending', 'sent', 'unknown', 'suppressed')
        WHEN 'sent'       THEN NEW.state IN ('pending', 'failed', 'unknown')
        ELSE false
    END)
    EXECUTE FUNCTION regua_refuse('an action does not move between these states');

CREATE TRIGGER regua_action_rises BEFORE UPDATE OF epoch ON regua_action
    FOR EACH ROW WHEN (NEW.epoch < OLD.epoch)
    EXECUTE FUNCTION regua_refuse('the epoch of an action is never lowered');

CREATE TRIGGER regua_action_belongs BEFORE UPDATE OF creditor, action, debtor ON regua_action
    FOR EACH ROW WHEN ((NEW.creditor, NEW.action, NEW.debtor) IS DISTINCT FROM (OLD.creditor, OLD.action, OLD.debtor))
    EXECUTE FUNCTION regua_refuse('an action stays with its debtor');

CREATE TRIGGER regua_attempt_stays BEFORE UPDATE ON regua_attempt
    FOR EACH ROW WHEN (OLD.outcome IS NOT NULL OR NEW.outcome IS NULL
        OR (NEW.seq, NEW.creditor, NEW.action, NEW.number, NEW.debtor, NEW.epoch, NEW.worker, NEW.contact, NEW.members)
        IS DISTINCT FROM
        (OLD.seq, OLD.creditor, OLD.action, OLD.number, OLD.debtor, OLD.epoch, OLD.worker, OLD.contact, OLD.members)
        OR (NEW.channel, NEW.kind, NEW.key, NEW.content_hash, NEW.version, NEW.intent_us, NEW.basis)
        IS DISTINCT FROM
        (OLD.channel, OLD.kind, OLD.key, OLD.content_hash, OLD.version, OLD.intent_us, OLD.basis))
    EXECUTE FUNCTION regua_refuse('of an attempt only its outcome is added, once');

CREATE TRIGGER regua_attempt_remains BEFORE DELETE ON regua_attempt
    FOR EACH ROW EXECUTE FUNCTION regua_refuse('an attempt is never deleted');

CREATE TRIGGER regua_attempt_is_kept BEFORE TRUNCATE ON regua_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION regua_refuse('an attempt is never deleted');
