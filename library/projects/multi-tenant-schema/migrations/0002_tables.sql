${% for table in variables.tables -%}
create table public.${{ table.name }} (
  tenant_id ${{ variables.key }} not null references tenancy.tenant,
  id ${{ variables.key }} not null${% if variables.key == "uuid" %} default gen_random_uuid()${% else %} generated always as identity${% endif %},
${%- for column in table.columns %}
  ${{ column }},
${%- endfor %}
  created_at timestamptz not null default now(),
  -- The tenant comes first: so do all queries, and so must all that refers to it.
  primary key (tenant_id, id)
);
select tenancy.protect('public.${{ table.name }}');

${% endfor -%}
