import { ApiError, UnreachableError } from './errors.ts'
import { type Ask, type BodyOf, type Credentials, proofOf } from './request.ts'

export type Login = BodyOf<'login'>

export interface Tokens {
  accessToken: string
  refreshToken: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** Where a login is kept. Those who share it, in other tabs or processes, must not refresh it at the same time: a refresh token is good once. */
export interface SessionStore {
  load(): Promise<Tokens | undefined>
  /** Keeps these. With `instead`, only where those are what is kept: somebody may have logged in anew meanwhile. */
  save(tokens: Tokens | undefined, instead?: Tokens): Promise<void>
  /** Does the work while nobody else does theirs. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
}

export function memoryStore(tokens?: Tokens): SessionStore {
  let kept = tokens
  let last: Promise<unknown> = Promise.resolve()
  return {
    load: () => Promise.resolve(kept),
    save: (next, instead) => {
      if (instead === undefined || kept?.refreshToken === instead.refreshToken) kept = next
      return Promise.resolve()
    },
    exclusively(work) {
      const mine = last.then(work)
      last = mine.catch(() => undefined)
      return mine
    },
  }
}

/** An access token this close to its end is not used any more. */
const marginMs = 30_000
/** So long a login, a refresh or a logout may take: others wait for it. */
const standardLimitMs = 20_000

export interface Session extends Credentials {
  login(login: Login): Promise<void>
  logout(): Promise<void>
}

/** A login with its tokens kept fresh. `ask` must ask without credentials. */
export function createSession(ask: Ask, store: SessionStore, standing?: Login, limitMs = standardLimitMs): Session {
  let renewing: Promise<Tokens | undefined> | undefined

  const keep = async ({ accessToken, refreshToken, expiresIn }: { accessToken: string; refreshToken: string; expiresIn: number }, instead?: Tokens): Promise<Tokens> => {
    const tokens = { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1_000 }
    await store.save(tokens, instead)
    return tokens
  }
  const inTime = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const signal = AbortSignal.timeout(limitMs)
    return work(signal).catch((error: unknown) => {
      throw signal.aborted ? new UnreachableError(`Logging in, on or out was not answered within ${String(limitMs / 1_000)} s`, { cause: error }) : error
    })
  }
  const login = async (body: Login) => keep(await inTime((signal) => ask('post', '/api/v1/auth/login', { body, signal })))
  const again = (): Promise<Tokens | undefined> => (standing === undefined ? Promise.resolve(undefined) : login(standing))

  const refresh = async (spent: Tokens): Promise<Tokens | undefined> => {
    const { refreshToken } = spent
    try {
      return await keep(await inTime((signal) => ask('post', '/api/v1/auth/refresh', { body: { refreshToken }, signal })), spent)
    } catch (error) {
      if (!(error instanceof ApiError && error.is('401.refresh_token_invalid'))) throw error
      await store.save(undefined, spent)
      const tokens = await again()
      if (tokens === undefined) throw error
      return tokens
    }
  }

  const isGood = (tokens: Tokens, refused?: string): boolean => tokens.accessToken !== refused && tokens.expiresAt - marginMs > Date.now()
  /** Tokens other than the refused one; however many ask at once, one refreshes. */
  const renewed = (refused: string | undefined): Promise<Tokens | undefined> => {
    renewing ??= store.exclusively(async () => {
      const tokens = await store.load()
      if (tokens === undefined) return again()
      return isGood(tokens, refused) ? tokens : refresh(tokens)
    }).finally(() => { renewing = undefined })
    return renewing
  }

  return {
    async headers() {
      const kept = await store.load()
      const tokens = kept !== undefined && isGood(kept) ? kept : await renewed(kept?.accessToken)
      return tokens === undefined ? {} : proofOf(tokens.accessToken)
    },
    renew: async ({ Authorization }) => (await renewed(Authorization?.replace('Bearer ', ''))) !== undefined,
    async login(body) {
      await store.exclusively(() => login(body))
    },
    async logout() {
      // A refresh under way spends what is kept: what it brings is what must go.
      await store.exclusively(async () => {
        const tokens = await store.load()
        if (tokens === undefined) return
        await inTime((signal) => ask('post', '/api/v1/auth/logout', { body: { refreshToken: tokens.refreshToken }, signal }))
        await store.save(undefined, tokens)
      })
    },
  }
}
