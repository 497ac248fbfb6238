-- A provider's id that is learnt after the outcome, as where nobody knew it at first, is added once, too: later calls of
-- the provider name nothing else.
DROP TRIGGER regua_attempt_stays;

CREATE TRIGGER regua_attempt_stays
BEFORE UPDATE ON regua_attempt
WHEN NEW.outcome IS NULL
    OR (OLD.outcome IS NOT NULL
        AND (OLD.reference <> '' OR (NEW.outcome, NEW.reason, NEW.receipt_us)
        IS NOT (OLD.outcome, OLD.reason, OLD.receipt_us)))
    OR (NEW.seq, NEW.creditor, NEW.action, NEW.number, NEW.debtor, NEW.epoch, NEW.worker, NEW.contact, NEW.members)
    IS NOT (OLD.seq, OLD.creditor, OLD.action, OLD.number, OLD.debtor, OLD.epoch, OLD.worker, OLD.contact, OLD.members)
    OR (NEW.channel, NEW.kind, NEW.key, NEW.content_hash, NEW.version, NEW.intent_us, NEW.basis)
    IS NOT (OLD.channel, OLD.kind, OLD.key, OLD.content_hash, OLD.version, OLD.intent_us, OLD.basis)
BEGIN
    SELECT RAISE(ABORT, 'of an attempt only its outcome is added, once');
END;
