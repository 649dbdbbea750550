create table ${{ variables.entity }}s (
  id uuid primary key default gen_random_uuid(),
${%- if variables.tenants %}
  tenant_id uuid not null,
${%- endif %}
  reference text not null check (reference ~ '^[A-Z]{2}-[0-9]{4,}$'),
  amount_cents bigint not null check (amount_cents >= 0),
  currency text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  state text not null default '${{ variables.states | first }}' check (state in (${% for state in variables.states %}'${{ state }}'${% unless forloop.last %}, ${% endunless %}${% endfor %})),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  unique (${% if variables.tenants %}tenant_id, ${% endif %}reference)
);

create table ${{ variables.entity }}_lines (
  id uuid primary key default gen_random_uuid(),
${%- if variables.tenants %}
  tenant_id uuid not null,
${%- endif %}
  ${{ variables.entity }}_id uuid not null references ${{ variables.entity }}s (id) on delete cascade,
  position integer not null check (position > 0),
  text text not null check (length(text) between 1 and 500),
  unique (${{ variables.entity }}_id, position)
);
