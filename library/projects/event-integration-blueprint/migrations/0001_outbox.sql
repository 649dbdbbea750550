-- Producer: an event is a row in the transaction that changes the state.
CREATE TABLE outbox (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  sequence bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  type text NOT NULL CHECK (type ~ '^${{ variables.domain }}\.[a-z]+(-[a-z]+)+$'),
  version integer NOT NULL CHECK (version > 0),
  subject text NOT NULL CHECK (subject <> ''),
  data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  published_at timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (sequence) WHERE published_at IS NULL;
CREATE INDEX outbox_unpublished_of_subject ON outbox (subject, sequence) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;

CREATE FUNCTION outbox_is_a_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.sequence, NEW.type, NEW.version, NEW.subject, NEW.data, NEW.occurred_at)
     IS DISTINCT FROM (OLD.id, OLD.sequence, OLD.type, OLD.version, OLD.subject, OLD.data, OLD.occurred_at) THEN
    RAISE EXCEPTION 'event % cannot be changed: publish a correcting one', OLD.id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER outbox_is_a_record BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION outbox_is_a_record();

CREATE FUNCTION outbox_wakes_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_wakes_relay AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wakes_relay();

-- The relay's transaction: claim, publish, mark, commit. The rows of a subject are claimed
-- from its oldest unpublished on, so that two relays never swap them.
CREATE FUNCTION claim_events(most integer DEFAULT 100) RETURNS SETOF outbox LANGUAGE plpgsql AS $$
DECLARE
  event outbox;
  claimed uuid[] := '{}';
BEGIN
  FOR event IN
    SELECT * FROM outbox
    WHERE published_at IS NULL
    ORDER BY sequence
    LIMIT most
    FOR UPDATE SKIP LOCKED
  LOOP
    -- Another relay holds an earlier event of this subject: leave the later ones to it.
    CONTINUE WHEN NOT pg_try_advisory_xact_lock(hashtextextended(event.subject, 1));
    -- An earlier one was skipped, and its relay has died since: it goes first, next time.
    CONTINUE WHEN EXISTS (
      SELECT 1 FROM outbox AS earlier
      WHERE earlier.subject = event.subject AND earlier.published_at IS NULL AND earlier.sequence < event.sequence AND earlier.id <> ALL (claimed)
    );
    claimed := claimed || event.id;
    RETURN NEXT event;
  END LOOP;
END $$;

CREATE FUNCTION mark_published(ids uuid[]) RETURNS bigint LANGUAGE sql AS $$
  WITH marked AS (UPDATE outbox SET published_at = clock_timestamp() WHERE id = ANY (ids) AND published_at IS NULL RETURNING 1)
  SELECT count(*) FROM marked
$$;

-- Consumer: true for the one who may handle this event, in the transaction that handles it.
CREATE TABLE inbox (
  consumer text NOT NULL,
  event_id uuid NOT NULL,
  handled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_handled ON inbox (handled_at);

CREATE FUNCTION first_time(who text, event uuid) RETURNS boolean LANGUAGE sql AS $$
  WITH taken AS (INSERT INTO inbox (consumer, event_id) VALUES (who, event) ON CONFLICT DO NOTHING RETURNING 1)
  SELECT EXISTS (SELECT 1 FROM taken)
$$;

-- Daily. What was not published is never deleted.
CREATE FUNCTION forget_old_events() RETURNS bigint LANGUAGE sql AS $$
  WITH sent AS (DELETE FROM outbox WHERE published_at < clock_timestamp() - interval '${{ variables.keepDays }} days' RETURNING 1),
       handled AS (DELETE FROM inbox WHERE handled_at < clock_timestamp() - interval '${{ variables.keepDays }} days' RETURNING 1)
  SELECT (SELECT count(*) FROM sent) + (SELECT count(*) FROM handled)
$$;

-- For the alarm: seconds that the oldest unpublished event has waited.
CREATE VIEW outbox_lag AS
  SELECT count(*) AS waiting, coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0) AS oldest_seconds
  FROM outbox WHERE published_at IS NULL;
