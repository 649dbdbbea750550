/** What is administered. `type` decides how a column is shown, sorted and edited. */
const common = [
  { name: 'id', label: 'Id', type: 'text' },
  { name: 'name', label: 'Name', type: 'text', required: true, maxLength: 80 },
  { name: 'state', label: 'State', type: 'choice', choices: ['open', 'active', 'closed'] },
  { name: 'amount', label: 'Amount', type: 'number', min: 0 },
  { name: 'changedAt', label: 'Changed', type: 'date' },
]

export const resources = {
${%- for one in variables.resources %}
  '${{ one }}': { label: '${{ one | replace: "-", " " | capitalize }}', columns: common },
${%- endfor %}
}
