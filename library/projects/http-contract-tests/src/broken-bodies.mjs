const wrong = { string: 12, integer: 'twelve', number: 'twelve', boolean: 'yes', array: {}, object: [] }

/** Values just beyond what a property allows. */
const beyond = ({ minimum, maximum, minLength, maxLength }) => [
  ...(minimum === undefined ? [] : [[`below ${minimum}`, minimum - 1]]),
  ...(maximum === undefined ? [] : [[`above ${maximum}`, maximum + 1]]),
  ...(minLength > 0 ? [[`shorter than ${minLength}`, 'x'.repeat(minLength - 1)]] : []),
  ...(maxLength === undefined ? [] : [[`longer than ${maxLength}`, 'x'.repeat(maxLength + 1)]]),
]

/** Bodies that a schema forbids, each with what is wrong with it: a required property missing, one of another type, one just out of bounds. */
export function brokenBodies({ required = [], properties = {} }, example) {
  const missing = required.map((name) => ({ what: `without ${name}`, body: Object.fromEntries(Object.entries(example).filter(([key]) => key !== name)) }))
  const mistyped = Object.entries(properties).filter(([, { type }]) => type in wrong).map(([name, { type }]) => ({ what: `with ${name} of another type than ${type}`, body: { ...example, [name]: wrong[type] } }))
  const outside = Object.entries(properties).flatMap(([name, schema]) => beyond(schema).map(([how, value]) => ({ what: `with ${name} ${how}`, body: { ...example, [name]: value } })))
  return [...missing, ...mistyped, ...outside]
}
