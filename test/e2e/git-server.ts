import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface GitServer {
  /** `git+http://127.0.0.1:…/smart/repo.git`, as git's own server speaks. */
  smart: string
  /** The same repository as plain files, as any web server may offer it. */
  dumb: string
  /** Answers every request with a redirection to the repository. */
  redirecting: string
  close(): Promise<void>
}

/** Git's own server, as a CGI program. */
function serveGit(root: string, path: string, url: URL, req: IncomingMessage, res: ServerResponse): void {
  const child = spawn('git', ['http-backend'], { env: { ...process.env, GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: path, QUERY_STRING: url.search.slice(1), REQUEST_METHOD: req.method ?? 'GET', CONTENT_TYPE: req.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: req.headers['content-encoding'] ?? '', GIT_PROTOCOL: String(req.headers['git-protocol'] ?? ''), REMOTE_ADDR: '127.0.0.1' } })
  req.pipe(child.stdin)
  const out: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => out.push(part))
  child.on('close', () => {
    const whole = Buffer.concat(out)
    const end = whole.indexOf('\r\n\r\n')
    const headers = Object.fromEntries(whole.subarray(0, end).toString().split('\r\n').map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string]))
    const { Status: status, ...others } = headers
    res.writeHead(Number(status?.slice(0, 3) ?? 200), others).end(whole.subarray(end + 4))
  })
}

/** A real repository over loopback: branch `main` with `files` and a symbolic link `link.yaml` out of it; each of `tags` has its own files. */
export async function startGitServer(files: Record<string, string | Buffer>, tags: Record<string, Record<string, string>>, executable: readonly string[] = []): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'slipway-repository-'))
  const work = join(root, 'work')
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main', ...args], { cwd: work, stdio: 'pipe' })
  const commit = (some: Record<string, string | Buffer>) => {
    for (const [path, content] of Object.entries(some)) {
      mkdirSync(dirname(join(work, path)), { recursive: true })
      writeFileSync(join(work, path), content, { mode: executable.includes(path) ? 0o755 : 0o644 })
    }
    git('add', '.')
    git('commit', '-m', 'Change')
  }
  mkdirSync(work)
  git('init', '-q')
  for (const [tag, some] of Object.entries(tags)) {
    commit(some)
    git('tag', tag)
  }
  symlinkSync('/etc/passwd', join(work, 'link.yaml'))
  commit(files)
  execFileSync('git', ['clone', '-q', '--bare', work, join(root, 'repo.git')], { stdio: 'pipe' })
  execFileSync('git', ['update-server-info'], { cwd: join(root, 'repo.git') })

  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost')
    if (url.pathname.startsWith('/moved/')) {
      res.writeHead(302, { location: `/dumb/${url.pathname.slice('/moved/'.length)}${url.search}` }).end()
    } else if (url.pathname.startsWith('/smart/')) {
      serveGit(root, url.pathname.slice('/smart'.length), url, req, res)
    } else {
      try {
        res.end(readFileSync(join(root, url.pathname.slice('/dumb/'.length))))
      } catch {
        res.writeHead(404).end()
      }
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `git+http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    smart: `${origin}/smart/repo.git`, dumb: `${origin}/dumb/repo.git`, redirecting: `${origin}/moved/repo.git`,
    async close() {
      await new Promise((resolve) => server.close(resolve))
      rmSync(root, { recursive: true, force: true })
    },
  }
}

export interface GitRemote {
  url: string
  /** The bare repository itself. */
  dir: string
  /** What came with each request, as `Authorization`. */
  seen: (string | undefined)[]
  /** Is done once, before the next push is let in: what somebody else does in between. */
  beforePush(work: () => void): void
  /** The same before the next fetch is answered. */
  beforeFetch(work: () => Promise<unknown>): void
  /** Answers everything with this status; undefined: no more. */
  refuse(status: number | undefined): void
  close(): Promise<void>
}

/** An empty bare repository that takes pushes over loopback; with a token, of those who have it alone. */
export async function startGitRemote({ token }: { token?: string } = {}): Promise<GitRemote> {
  const root = mkdtempSync(join(tmpdir(), 'slipway-remote-'))
  const dir = join(root, 'templates.git')
  execFileSync('git', ['init', '-q', '--bare', '--initial-branch=main', dir], { stdio: 'pipe' })
  execFileSync('git', ['config', 'http.receivepack', 'true'], { cwd: dir })
  const seen: GitRemote['seen'] = []
  let before: (() => void) | undefined
  let beforeFetch: (() => Promise<unknown>) | undefined
  let refused: number | undefined
  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost')
    seen.push(req.headers.authorization)
    const [, given = ''] = Buffer.from((req.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString().split(/:(.*)/)
    if (refused !== undefined) res.writeHead(refused).end()
    else if (token !== undefined && given !== token) res.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
    else {
      if (url.pathname.endsWith('/git-receive-pack') && req.method === 'POST') {
        before?.()
        before = undefined
      }
      const work = url.pathname.endsWith('/git-upload-pack') ? beforeFetch : undefined
      if (work) beforeFetch = undefined
      void Promise.resolve(work?.()).then(() => { serveGit(root, url.pathname, url, req, res) })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/templates.git`,
    dir,
    seen,
    beforePush(work) { before = work },
    beforeFetch(work) { beforeFetch = work },
    refuse(status) { refused = status },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(root, { recursive: true, force: true })
    },
  }
}

export interface Clone {
  dir: string
  git(...args: string[]): string
  read(path: string): string
  /** Writes files (undefined: removes them), commits and pushes; answers the commit. */
  push(message: string, files: Record<string, string | undefined>): string
  close(): void
}

/** Somebody's clone of a remote, to edit by hand. */
export function cloneOf(remote: Pick<GitRemote, 'dir'>, who = 'Eve <eve@example.com>'): Clone {
  const dir = join(mkdtempSync(join(tmpdir(), 'slipway-clone-')), 'work')
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(who) ?? []
  execFileSync('git', ['clone', '-q', remote.dir, dir], { stdio: 'pipe' })
  const git = (...args: string[]) => execFileSync('git', ['-c', `user.name=${name}`, '-c', `user.email=${email}`, '-c', 'init.defaultBranch=main', ...args], { cwd: dir, stdio: 'pipe' }).toString()
  return {
    dir,
    git,
    read: (path) => readFileSync(join(dir, path), 'utf8'),
    push(message, files) {
      try { git('pull', '-q', '--rebase', 'origin', 'main') } catch { git('checkout', '-q', '-B', 'main') }
      for (const [path, text] of Object.entries(files)) {
        if (text === undefined) rmSync(join(dir, path))
        else {
          mkdirSync(dirname(join(dir, path)), { recursive: true })
          writeFileSync(join(dir, path), text)
        }
      }
      git('add', '-A')
      git('commit', '-q', '-m', message)
      git('push', '-q', 'origin', 'HEAD:main')
      return git('rev-parse', 'HEAD').trim()
    },
    close: () => { rmSync(dirname(dir), { recursive: true, force: true }) },
  }
}
