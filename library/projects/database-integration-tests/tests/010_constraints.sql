begin;

insert into ${{ variables.entity }}s (${% if variables.tenants %}tenant_id, ${% endif %}reference, amount_cents) values (${% if variables.tenants %}'00000000-0000-4000-8000-00000000000a', ${% endif %}'AB-1001', 1999);

-- A reference is of its form, and unique${% if variables.tenants %} within its tenant${% endif %}.
select spec.raises($$insert into ${{ variables.entity }}s (${% if variables.tenants %}tenant_id, ${% endif %}reference, amount_cents) values (${% if variables.tenants %}'00000000-0000-4000-8000-00000000000a', ${% endif %}'AB-1001', 1)$$, '23505');
select spec.raises($$insert into ${{ variables.entity }}s (${% if variables.tenants %}tenant_id, ${% endif %}reference, amount_cents) values (${% if variables.tenants %}'00000000-0000-4000-8000-00000000000a', ${% endif %}'1001', 1)$$, '23514');
${%- if variables.tenants %}
insert into ${{ variables.entity }}s (tenant_id, reference, amount_cents) values ('00000000-0000-4000-8000-00000000000b', 'AB-1001', 1);
${%- endif %}

-- An amount is never negative; a currency is a code; a state is one of ours.
select spec.raises($$update ${{ variables.entity }}s set amount_cents = -1$$, '23514');
select spec.raises($$update ${{ variables.entity }}s set currency = 'Euro'$$, '23514');
select spec.raises($$insert into ${{ variables.entity }}s (${% if variables.tenants %}tenant_id, ${% endif %}reference, amount_cents, state) values (${% if variables.tenants %}gen_random_uuid(), ${% endif %}'AB-1002', 1, 'lost')$$, '23514');

-- Lines belong to something, stand at a place of their own, and go with it.
select spec.raises($$insert into ${{ variables.entity }}_lines (${% if variables.tenants %}tenant_id, ${% endif %}${{ variables.entity }}_id, position, text) values (${% if variables.tenants %}gen_random_uuid(), ${% endif %}gen_random_uuid(), 1, 'x')$$, '23503');
insert into ${{ variables.entity }}_lines (${% if variables.tenants %}tenant_id, ${% endif %}${{ variables.entity }}_id, position, text) select ${% if variables.tenants %}tenant_id, ${% endif %}id, 1, 'first' from ${{ variables.entity }}s;
select spec.raises($$insert into ${{ variables.entity }}_lines (${% if variables.tenants %}tenant_id, ${% endif %}${{ variables.entity }}_id, position, text) select ${% if variables.tenants %}tenant_id, ${% endif %}id, 1, 'again' from ${{ variables.entity }}s$$, '23505');
delete from ${{ variables.entity }}s;
select spec.equals((select count(*) from ${{ variables.entity }}_lines), 0::bigint, 'lines that outlived what they belong to');

rollback;
