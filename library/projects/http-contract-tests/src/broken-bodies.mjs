const wrong = { string: 12, integer: 'twelve', number: 'twelve', boolean: 'yes', array: {}, object: [] }

/** Bodies that a schema forbids, each with what is wrong with it: a required property missing, or one of another type. */
export function brokenBodies(schema, example) {
  const { required = [], properties = {} } = schema
  const missing = required.map((name) => ({ what: `without ${name}`, body: Object.fromEntries(Object.entries(example).filter(([key]) => key !== name)) }))
  const mistyped = Object.entries(properties).filter(([, { type }]) => type in wrong).map(([name, { type }]) => ({ what: `with ${name} of another type than ${type}`, body: { ...example, [name]: wrong[type] } }))
  return [...missing, ...mistyped]
}
