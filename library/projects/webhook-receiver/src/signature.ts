import { createHmac, timingSafeEqual } from 'node:crypto'

export interface Signed {
  header(name: string): string | undefined
  /** As they came: parsed and serialized again they would be others. */
  body: Buffer
}

const isEqual = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)
${%- if variables.scheme == "standard" %}

/** What Standard Webhooks signs: id, time and body, with the base64 of `whsec_…` as the key. */
export function signature(id: string, seconds: number, body: Buffer, secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest()
}

/** The id of the event when one of the secrets signed it, else undefined. */
export function verify({ header, body }: Signed, secrets: readonly string[], nowSeconds: number): { id?: string } | undefined {
  const id = header('webhook-id') ?? ''
  const seconds = Number(header('webhook-timestamp') ?? NaN)
  if (id === '' || !(Math.abs(nowSeconds - seconds) <= ${{ variables.toleranceSeconds }})) return undefined
  const given = (header('webhook-signature') ?? '').split(' ').filter((one) => one.startsWith('v1,')).map((one) => Buffer.from(one.slice(3), 'base64'))
  return secrets.some((secret) => given.some((one) => isEqual(one, signature(id, seconds, body, secret)))) ? { id } : undefined
}

/** The headers that a sender makes; for tests and for sending by hand. */
export const signedHeaders = (id: string, seconds: number, body: Buffer, secret: string): Record<string, string> =>
  ({ 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature(id, seconds, body, secret).toString('base64')}` })
${%- elsif variables.scheme == "stripe" %}

export const signature = (seconds: number, body: Buffer, secret: string): Buffer => createHmac('sha256', secret).update(`${seconds}.`).update(body).digest()

/** An object when one of the secrets signed it, else undefined. The event's id stands in its body. */
export function verify({ header, body }: Signed, secrets: readonly string[], nowSeconds: number): { id?: string } | undefined {
  const parts = (header('stripe-signature') ?? '').split(',').map((part) => part.trim().split('='))
  const seconds = Number(parts.find(([key]) => key === 't')?.[1] ?? NaN)
  if (!(Math.abs(nowSeconds - seconds) <= ${{ variables.toleranceSeconds }})) return undefined
  const given = parts.filter(([key]) => key === 'v1').map(([, value = '']) => Buffer.from(value, 'hex'))
  return secrets.some((secret) => given.some((one) => isEqual(one, signature(seconds, body, secret)))) ? {} : undefined
}

/** The headers that a sender makes; for tests and for sending by hand. */
export const signedHeaders = (_id: string, seconds: number, body: Buffer, secret: string): Record<string, string> =>
  ({ 'stripe-signature': `t=${seconds},v1=${signature(seconds, body, secret).toString('hex')}` })
${%- else %}

export const signature = (body: Buffer, secret: string): Buffer => createHmac('sha256', secret).update(body).digest()

/** The delivery's id and type when one of the secrets signed it, else undefined. */
export function verify({ header, body }: Signed, secrets: readonly string[], _nowSeconds: number): { id?: string; type?: string } | undefined {
  const given = Buffer.from((header('x-hub-signature-256') ?? '').replace(/^sha256=/, ''), 'hex')
  const [id, type] = [header('x-github-delivery') ?? '', header('x-github-event') ?? '']
  return id !== '' && secrets.some((secret) => isEqual(given, signature(body, secret))) ? { id, type } : undefined
}

/** The headers that a sender makes; for tests and for sending by hand. */
export const signedHeaders = (id: string, _seconds: number, body: Buffer, secret: string, type = '${{ variables.events[0] }}'): Record<string, string> =>
  ({ 'x-github-delivery': id, 'x-github-event': type, 'x-hub-signature-256': `sha256=${signature(body, secret).toString('hex')}` })
${%- endif %}
