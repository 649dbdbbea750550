import { createHmac, timingSafeEqual } from 'node:crypto'

export const header = '${{ variables.signatureHeader }}'
export const toleranceSeconds = ${{ variables.toleranceSeconds }}

const digest = (secret, seconds, body) => createHmac('${{ variables.algorithm }}', secret).update(`${seconds}.`).update(body).digest()

export const sign = (secret, body, seconds = Math.floor(Date.now() / 1000)) => `t=${seconds},v1=${digest(secret, seconds, body).toString('hex')}`

/** Why a signature does not hold; undefined when it does. `body` is the raw bytes. */
export function signatureProblem(secret, body, value, now = Date.now()) {
  const [, seconds, hex] = /^t=(\d{1,12}),v1=([0-9a-f]+)$/.exec(value ?? '') ?? []
  if (hex === undefined) return `${header} is missing or malformed`
  const [given, expected] = [Buffer.from(hex, 'hex'), digest(secret, seconds, body)]
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return `${header} does not fit the body`
  return Math.abs(now / 1000 - Number(seconds)) > toleranceSeconds ? `${header} is older than ${toleranceSeconds} seconds` : undefined
}
