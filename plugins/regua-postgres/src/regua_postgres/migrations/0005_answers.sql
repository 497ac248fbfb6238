-- What providers answered, as it came: personal data, apart from the evidence. key names the key of the vault under which
-- content is sealed; size counts the bytes as they came.
CREATE TABLE regua_answer (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    creditor text COLLATE "C" NOT NULL,
    debtor   text COLLATE "C" NOT NULL,
    action   text COLLATE "C" NOT NULL,
    number   bigint NOT NULL,
    at_us    bigint NOT NULL,
    size     bigint NOT NULL,
    key      text   NOT NULL,
    content  bytea  NOT NULL,
    FOREIGN KEY (creditor, action, number) REFERENCES regua_attempt (creditor, action, number)
);

CREATE INDEX regua_answer_debtor ON regua_answer (creditor, debtor, seq);

CREATE POLICY regua_answer_of_creditor ON regua_answer USING (creditor = (SELECT regua_creditor()));
ALTER TABLE regua_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE regua_answer FORCE ROW LEVEL SECURITY;
