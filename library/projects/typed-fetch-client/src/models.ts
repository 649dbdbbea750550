import { z } from 'zod'

const date = z.iso.datetime({ offset: true }).or(z.iso.date()).transform((text) => new Date(text))
const sent = z.date().transform((value) => value.toISOString())
${% for resource in variables.resources %}
${%- assign first = resource.name | slice: 0 | upcase %}
${%- assign rest = resource.name | slice: 1, 100 %}
/** As the API answers it; dates become Date. */
export const ${{ resource.name }} = z.object({
  id: z.string(),
${%- for field in resource.fields %}
${%- assign parts = field | split: ": " %}
${%- assign type = parts[1] | remove: "?" %}
  ${{ parts[0] }}: ${% if type == "date" %}date${% else %}z.${{ type }}()${% endif %}${% if parts[1] contains "?" %}.nullable()${% endif %},
${%- endfor %}
})
export type ${{ first }}${{ rest }} = z.output<typeof ${{ resource.name }}>

/** As it is sent. */
export const ${{ resource.name }}Input = z.object({
${%- for field in resource.fields %}
${%- assign parts = field | split: ": " %}
${%- assign type = parts[1] | remove: "?" %}
  ${{ parts[0] }}: ${% if type == "date" %}sent${% else %}z.${{ type }}()${% endif %}${% if parts[1] contains "?" %}.nullable()${% endif %},
${%- endfor %}
})
export type ${{ first }}${{ rest }}Input = z.input<typeof ${{ resource.name }}Input>
${% endfor %}
