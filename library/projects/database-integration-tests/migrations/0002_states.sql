-- One step forward, and nothing else. SQLSTATE 'ST001' is ours.
create function ${{ variables.entity }}_steps() returns trigger language plpgsql as $body$
declare
  steps constant text[] := array[${% for state in variables.states %}'${{ state }}'${% unless forloop.last %}, ${% endunless %}${% endfor %}];
begin
  if array_position(steps, new.state) not in (array_position(steps, old.state), array_position(steps, old.state) + 1) then
    raise exception '% cannot become %', old.state, new.state using errcode = 'ST001';
  end if;
  new.version := old.version + 1;
  return new;
end $body$;

create trigger steps before update on ${{ variables.entity }}s for each row execute function ${{ variables.entity }}_steps();
