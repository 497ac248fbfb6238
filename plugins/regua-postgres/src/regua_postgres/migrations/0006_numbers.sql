-- The number of each name that a creditor took last, such as the nosso número of its boletos at one provider.
CREATE TABLE regua_number (
    creditor text COLLATE "C" NOT NULL,
    name     text COLLATE "C" NOT NULL,
    last     bigint NOT NULL CHECK (last >= 1),
    PRIMARY KEY (creditor, name)
);

CREATE TRIGGER regua_number_rises BEFORE UPDATE ON regua_number
    FOR EACH ROW WHEN (NEW.creditor <> OLD.creditor OR NEW.name <> OLD.name OR NEW.last < OLD.last)
    EXECUTE FUNCTION regua_refuse('a number that was taken is never given again');

CREATE TRIGGER regua_number_remains BEFORE DELETE ON regua_number
    FOR EACH ROW EXECUTE FUNCTION regua_refuse('a number that was taken is never given again');

CREATE TRIGGER regua_number_is_kept BEFORE TRUNCATE ON regua_number
    FOR EACH STATEMENT EXECUTE FUNCTION regua_refuse('a number that was taken is never given again');

CREATE POLICY regua_number_of_creditor ON regua_number USING (creditor = (SELECT regua_creditor()));
ALTER TABLE regua_number ENABLE ROW LEVEL SECURITY;
ALTER TABLE regua_number FORCE ROW LEVEL SECURITY;
