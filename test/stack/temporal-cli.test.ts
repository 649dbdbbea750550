import { expect, test } from '@jest/globals'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findTemporalCli } from '../../bin/stack/temporal-cli.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'slipway-cli-'))

/** A program that answers `--version` as the CLI does. */
function program(path: string, version: string): string {
  writeFileSync(path, `#!/bin/sh\necho "temporal version ${version}"\n`)
  chmodSync(path, 0o755)
  return path
}

const find = (env: NodeJS.ProcessEnv, said: string[] = []) => findTemporalCli({ env, onProgress: (line) => said.push(line) })

test('TEMPORAL_CLI_PATH wins over PATH, and a bad one is an error and not passed over', async () => {
  const at = folder()
  const good = program(join(at, 'mine'), '1.5.1 (Server 1.29.1, UI 2.42.1)')
  program(join(at, 'temporal'), '1.6.0 (Server 1.30.0, UI 2.43.0)')
  expect(await find({ TEMPORAL_CLI_PATH: good, PATH: at })).toBe(good)
  await expect(find({ TEMPORAL_CLI_PATH: join(at, 'none'), PATH: at })).rejects.toThrow(/TEMPORAL_CLI_PATH=.*none: not an executable file/)
})

test('the program on PATH is judged by the number of its server', async () => {
  const [old, recent, cache] = [folder(), folder(), folder()]
  program(join(old, 'temporal'), '1.1.0 (Server 1.24.2, UI 2.30.0)')
  const built = program(join(recent, 'temporal'), '0.0.0-DEV (Server 1.29.1, UI 2.42.1)')
  expect(await find({ PATH: recent })).toBe(built)
  mkdirSync(join(cache, 'temporal-1.29.1'))
  const cached = program(join(cache, 'temporal-1.29.1', 'temporal'), '0.0.0-DEV (Server 1.29.1, UI 2.42.1)')
  expect(await find({ PATH: `${old}:/bin`, SLIPWAY_CACHE: cache })).toBe(cached)
})

test('go install is what is left without a download; its caches are its own and are removed', async () => {
  const [at, cache] = [folder(), folder()]
  // Stands in for Go on PATH: it notes where it was told to build and makes the program there.
  writeFileSync(
    join(at, 'go'),
    `#!/bin/sh\nmkdir -p "$GOBIN" "$GOCACHE" "$GOMODCACHE"\nprintf '#!/bin/sh\\necho "temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)"\\n' > "$GOBIN/temporal"\nchmod +x "$GOBIN/temporal"\necho "$* $GOFLAGS" > ${at}/asked\n`,
  )
  chmodSync(join(at, 'go'), 0o755)
  const said: string[] = []
  // A proxy that refuses keeps the download off the network.
  const found = await find({ ...process.env, TEMPORAL_CLI_PATH: '', PATH: `${at}:/usr/bin:/bin`, SLIPWAY_CACHE: cache, ...refusingProxy }, said)
  expect(found).toBe(join(cache, 'temporal-1.29.1', 'temporal'))
  expect(readdirSync(join(cache, 'temporal-1.29.1'))).toEqual(['temporal'])
  expect(existsSync(join(at, 'asked'))).toBe(true)
  expect(said.join('\n')).toMatch(/downloading[^]*go install github.com\/temporalio\/cli\/cmd\/temporal@v1.5.1/)
}, 90_000)

test('where nothing works the error lists every way and what was tried', async () => {
  const [at, cache] = [folder(), folder()]
  writeFileSync(join(at, 'go'), '#!/bin/sh\necho "go: no route to the module proxy" >&2\nexit 1\n')
  chmodSync(join(at, 'go'), 0o755)
  const failing = find({ ...process.env, TEMPORAL_CLI_PATH: '', PATH: `${at}:/bin`, SLIPWAY_CACHE: cache, ...refusingProxy })
  await expect(failing).rejects.toThrow(/TEMPORAL_CLI_PATH[^]*temporal\.download[^]*Go 1\.25[^]*TEMPORAL_ADDRESS[^]*Tried:[^]*PATH[^]*the cache[^]*download by the Temporal SDK[^]*no route to the module proxy/)
}, 90_000)

const refusingProxy = { HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', ALL_PROXY: 'http://127.0.0.1:9' }
