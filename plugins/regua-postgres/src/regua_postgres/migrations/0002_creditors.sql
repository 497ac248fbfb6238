-- Row-level security: a transaction sees and writes the rows of one creditor, which the store names in the setting
-- regua.creditor for as long as the transaction lasts. It binds whoever is neither a superuser nor has BYPASSRLS, the
-- owner of the tables included.

-- The creditor of this transaction. A setting that was local to an earlier transaction is '' afterwards, and '' would
-- quietly be nobody's: so both are refused.
CREATE FUNCTION regua_creditor() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    creditor text := current_setting('regua.creditor', true);
BEGIN
    IF creditor IS NULL OR creditor = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
            MESSAGE = 'no creditor is named: SELECT set_config(''regua.creditor'', …, true) in this transaction';
    END IF;
    RETURN creditor;
END
$$;

-- `(SELECT …)` is asked once for a statement, not once for a row.
CREATE POLICY regua_account_of_creditor ON regua_account USING (creditor = (SELECT regua_creditor()));
ALTER TABLE regua_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE regua_account FORCE ROW LEVEL SECURITY;

CREATE POLICY regua_event_of_creditor ON regua_event USING (creditor = (SELECT regua_creditor()));
ALTER TABLE regua_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE regua_event FORCE ROW LEVEL SECURITY;

CREATE POLICY regua_action_of_creditor ON regua_action USING (creditor = (SELECT regua_creditor()));
ALTER TABLE regua_action ENABLE ROW LEVEL SECURITY;
ALTER TABLE regua_action FORCE ROW LEVEL SECURITY;

CREATE POLICY regua_attempt_of_creditor ON regua_attempt USING (creditor = (SELECT regua_creditor()));
ALTER TABLE regua_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE regua_attempt FORCE ROW LEVEL SECURITY;

CREATE POLICY regua_person_of_creditor ON regua_person USING (creditor = (SELECT regua_creditor()));
ALTER TABLE regua_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE regua_person FORCE ROW LEVEL SECURITY;

CREATE POLICY regua_policy_of_creditor ON regua_policy USING (creditor = (SELECT regua_creditor()));
ALTER TABLE regua_policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE regua_policy FORCE ROW LEVEL SECURITY;
