begin;

insert into ${{ variables.entity }}s (${% if variables.tenants %}tenant_id, ${% endif %}reference, amount_cents) values (${% if variables.tenants %}gen_random_uuid(), ${% endif %}'TR-0001', 1);
select spec.equals((select state from ${{ variables.entity }}s), '${{ variables.states | first }}', 'the first state');

-- No step may be left out.
select spec.raises($$update ${{ variables.entity }}s set state = '${{ variables.states[2] }}'$$, 'ST001');
${% for state in variables.states %}${% unless forloop.first %}
update ${{ variables.entity }}s set state = '${{ state }}';
${%- endunless %}${% endfor %}
select spec.equals((select state from ${{ variables.entity }}s), '${{ variables.states | last }}', 'the last state');

-- There is no way back, but other columns may still change, and each change counts.
select spec.raises($$update ${{ variables.entity }}s set state = '${{ variables.states | first }}'$$, 'ST001');
update ${{ variables.entity }}s set amount_cents = 2;
select spec.equals((select version from ${{ variables.entity }}s), ${{ variables.states | size | plus: 1 }}, 'the version counts changes');

rollback;
