-- What providers answered, as it came: personal data, apart from the evidence, added at the end and overwritten with zeros
-- like regua_person. key names the key of the vault under which content is sealed; size counts the bytes as they came.
CREATE TABLE regua_answer (
    seq      INTEGER PRIMARY KEY,
    creditor TEXT    NOT NULL,
    debtor   TEXT    NOT NULL,
    action   TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    at_us    INTEGER NOT NULL,
    size     INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    is_kept  INTEGER NOT NULL CHECK (is_kept IN (0, 1)),
    content  BLOB    NOT NULL,
    FOREIGN KEY (creditor, action, number) REFERENCES regua_attempt (creditor, action, number)
) STRICT;

CREATE INDEX regua_answer_debtor ON regua_answer (creditor, debtor) WHERE is_kept = 1;

CREATE TRIGGER regua_answer_stays
BEFORE UPDATE ON regua_answer
WHEN (NEW.seq, NEW.creditor, NEW.debtor, NEW.action, NEW.number, NEW.at_us, NEW.size, NEW.key)
    IS NOT (OLD.seq, OLD.creditor, OLD.debtor, OLD.action, OLD.number, OLD.at_us, OLD.size, OLD.key)
    OR NEW.is_kept <> 0 OR NEW.content IS NOT zeroblob(length(OLD.content))
BEGIN
    SELECT RAISE(ABORT, 'personal data is only overwritten with zeros');
END;

CREATE TRIGGER regua_answer_remains
BEFORE DELETE ON regua_answer
BEGIN
    SELECT RAISE(ABORT, 'personal data is overwritten, never deleted');
END;
