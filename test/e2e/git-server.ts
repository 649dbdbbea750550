import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
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
      const child = spawn('git', ['http-backend'], { env: { ...process.env, GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: url.pathname.slice('/smart'.length), QUERY_STRING: url.search.slice(1), REQUEST_METHOD: req.method ?? 'GET', CONTENT_TYPE: req.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: req.headers['content-encoding'] ?? '', GIT_PROTOCOL: String(req.headers['git-protocol'] ?? ''), REMOTE_ADDR: '127.0.0.1' } })
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
