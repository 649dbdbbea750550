-- Raises if a promise of the outbox is broken.
INSERT INTO outbox (type, version, subject, data)
SELECT '${{ variables.domain }}.order-placed', 1, 'order-' || n % 2, jsonb_build_object('orderId', n) FROM generate_series(1, 5) AS n;

DO $$
DECLARE
  claimed uuid[];
BEGIN
  SELECT array_agg(id ORDER BY sequence) INTO claimed FROM claim_events(3);
  ASSERT cardinality(claimed) = 3, 'a relay claims as many as it asks for';
  ASSERT (SELECT array_agg((data ->> 'orderId')::int ORDER BY sequence) FROM outbox WHERE id = ANY (claimed)) = ARRAY[1, 2, 3], 'the oldest come first';
  ASSERT mark_published(claimed) = 3, 'what was claimed is marked';
  ASSERT mark_published(claimed) = 0, 'marking again changes nothing';
  ASSERT (SELECT waiting FROM outbox_lag) = 2, 'two wait';
  ASSERT (SELECT count(*) FROM claim_events(100)) = 2, 'published events are not claimed again';
END $$;

DO $$
BEGIN
  UPDATE outbox SET data = '{}';
  ASSERT false, 'an event must not be changed';
EXCEPTION WHEN raise_exception THEN
  ASSERT SQLERRM LIKE '%publish a correcting one', SQLERRM;
END $$;

DO $$
BEGIN
  INSERT INTO outbox (type, version, subject, data) VALUES ('place-order', 1, 'order-1', '{}');
  ASSERT false, 'a type of another domain must be refused';
EXCEPTION WHEN check_violation THEN
  NULL;
END $$;

DO $$
DECLARE
  event uuid := gen_random_uuid();
BEGIN
  ASSERT first_time('${{ variables.consumers[0] }}', event), 'the first delivery is handled';
  ASSERT NOT first_time('${{ variables.consumers[0] }}', event), 'the second is not';
  ASSERT first_time('another-consumer', event), 'each consumer handles it by itself';
END $$;

DO $$
BEGIN
  UPDATE outbox SET published_at = clock_timestamp() - interval '${{ variables.keepDays | plus: 1 }} days' WHERE published_at IS NOT NULL;
  UPDATE inbox SET handled_at = clock_timestamp() - interval '${{ variables.keepDays | plus: 1 }} days' WHERE consumer = 'another-consumer';
  ASSERT forget_old_events() = 4, 'three published and one handled are old';
  ASSERT (SELECT count(*) FROM outbox) = 2, 'what waits is kept, however old';
END $$;
