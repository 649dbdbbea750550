import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { escape, locate, responseOf } from './contract.mjs'

/** Holds answers against a contract: gives everything that is not as documented, in words. */
export function createChecker(contract) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default ? addFormats.default(ajv) : addFormats(ajv)
  ajv.addSchema(contract.document, 'contract', undefined, false)

  const bodyProblems = (pointer, body) => {
    const validate = ajv.getSchema(`contract#${encodeURI(pointer)}`) ?? ajv.compile({ $ref: `contract#${encodeURI(pointer)}` })
    if (validate(body)) return []
    return validate.errors.map(({ instancePath, message, params }) => `body${instancePath} ${message}${params.unevaluatedProperty ? `: ${params.unevaluatedProperty}` : ''}`)
  }

  return (operation, { status, headers, body }) => {
    const documented = responseOf(contract, operation, status)
    if (!documented) return [`status ${status} is not documented`]
    return [
      ...headerProblems(contract, documented, headers),
      ...contentProblems(documented, headers, body, bodyProblems),
    ]
  }
}

function headerProblems({ document }, { value, pointer }, headers) {
  return Object.keys(value.headers ?? {}).flatMap((name) => {
    const { required } = locate(document, `${pointer}/headers/${escape(name)}`).value
    return required && !headers.has(name) ? [`header ${name} is missing`] : []
  })
}

function contentProblems({ value, pointer }, headers, body, bodyProblems) {
  const types = Object.keys(value.content ?? {})
  const type = (headers.get('content-type') ?? '').split(';')[0].trim()
  if (types.length === 0) return body === undefined ? [] : ['a body came where none is documented']
  if (!types.includes(type)) return [`content type ${type || '(none)'} is not documented: ${types.join(', ')}`]
  return value.content[type].schema ? bodyProblems(`${pointer}/content/${escape(type)}/schema`, body) : []
}
