/**
 * One entry per documented answer.
 *   given      makes what the request needs; gets `send`, returns path parameters
 *   path, query, body, headers   of the request; `body: 'example'` is the document's own
 *   anonymous  leaves the credential out
 */
const nobody = '00000000-0000-4000-8000-000000000000'
const existing = async (send) => {
  const { body } = await send({ operation: 'create${{ variables.resource | capitalize }}', body: 'example' })
  return { id: body.id }
}

export const scenarios = [
  { operation: 'list${{ variables.resource | capitalize }}s', status: 200, given: existing, query: { limit: 10 } },
  { operation: 'list${{ variables.resource | capitalize }}s', status: 400, query: { limit: 0 } },
  { operation: 'create${{ variables.resource | capitalize }}', status: 201, body: 'example' },
  { operation: 'create${{ variables.resource | capitalize }}', status: 422, body: {} },
  { operation: 'get${{ variables.resource | capitalize }}', status: 200, given: existing },
  { operation: 'get${{ variables.resource | capitalize }}', status: 404, path: { id: nobody } },
${%- if variables.auth != "none" %}
  { operation: 'list${{ variables.resource | capitalize }}s', status: 401, anonymous: true },
  { operation: 'create${{ variables.resource | capitalize }}', status: 401, anonymous: true, body: 'example' },
${%- endif %}
]

/** Documented answers that no request can provoke, each with the reason. */
export const untested = [
  { operation: 'create${{ variables.resource | capitalize }}', status: 503, reason: 'needs the database to be down; covered by the failure drills' },
]
