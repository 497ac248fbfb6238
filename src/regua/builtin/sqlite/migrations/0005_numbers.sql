-- The number of each name that a creditor took last, such as the nosso número of its boletos at one provider.
CREATE TABLE regua_number (
    creditor TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    last     INTEGER NOT NULL CHECK (last >= 1),
    PRIMARY KEY (creditor, name)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER regua_number_rises
BEFORE UPDATE ON regua_number
WHEN NEW.creditor <> OLD.creditor OR NEW.name <> OLD.name OR NEW.last < OLD.last
BEGIN
    SELECT RAISE(ABORT, 'a number that was taken is never given again');
END;

CREATE TRIGGER regua_number_remains
BEFORE DELETE ON regua_number
BEGIN
    SELECT RAISE(ABORT, 'a number that was taken is never given again');
END;
