import { type Ask, type Credentials, proofOf } from './request.ts'
import { type Login, type Session, type SessionStore, createSession, memoryStore } from './session.ts'

/** Who asks: an access token, or what gives one; an API key; a password, which logs in when it is needed; or a login that is kept. Default: nobody, until `login`. */
export type Auth = { token: string | (() => string | Promise<string>) } | { apiKey: string } | Login | { session: SessionStore }

/** A token cannot be renewed here, but whoever gives it may give another one. */
const bearer = (token: () => string | Promise<string>): Credentials => ({
  headers: async () => proofOf(await token()),
  renew: async ({ Authorization }) => Authorization !== `Bearer ${await token()}`,
})

/** A login where it can begin and end. `bare` must ask without credentials. */
export function credentialsOf(auth: Auth, bare: Ask): Credentials | Session {
  if ('session' in auth) return createSession(bare, auth.session)
  if ('password' in auth) return createSession(bare, memoryStore(), auth)
  if ('apiKey' in auth) return bearer(() => auth.apiKey)
  const { token } = auth
  return bearer(typeof token === 'string' ? () => token : token)
}
