-- What nobody knows the outcome of, for who asks.
CREATE INDEX regua_action_unknown ON regua_action (creditor, due_us) WHERE state = 'unknown';
