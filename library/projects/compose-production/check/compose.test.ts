import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'

interface Service { image?: string; ports?: string[]; networks?: string[]; restart?: string; healthcheck?: object; mem_limit?: string; logging?: { options?: Record<string, string> }; environment?: Record<string, string>; depends_on?: Record<string, { condition: string }>; privileged?: boolean; volumes?: string[] }
const root = new URL('../', import.meta.url).pathname
const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true }) as { services: Record<string, Service>; networks: Record<string, { internal?: boolean }>; volumes: Record<string, unknown> }
const services = Object.entries(compose.services)

test('only the proxy is reached from outside', () => {
  assert.deepEqual(services.filter(([, { ports }]) => ports).map(([name]) => name), ['proxy'])
  assert.equal(compose.networks['back']?.internal, true)
  for (const name of ['postgres', 'redis']) if (compose.services[name]) assert.deepEqual(compose.services[name].networks, ['back'])
})

for (const [name, service] of services) {
  test(`${name} comes back, is limited, and cannot fill the disk with logs`, () => {
    assert.equal(service.restart, 'unless-stopped')
    assert.match(service.mem_limit ?? '', /^\d+m$/)
    assert.ok(service.logging?.options?.['max-size'])
    assert.notEqual(service.privileged, true)
    assert.ok(!(service.volumes ?? []).some((volume) => volume.includes('docker.sock')))
    assert.match(service.image ?? '', /:(?!latest$).+/)
  })
}

test('together they leave a tenth of the memory to the system', () => {
  const sum = services.reduce((total, [, { mem_limit = '0' }]) => total + Number.parseInt(mem_limit, 10), 0)
  assert.ok(sum <= ${{ variables.memoryMb }} * 0.9, `${sum} MB of ${{ variables.memoryMb }}`)
})

test('no password stands in the environment', () => {
  for (const [name, { environment = {} }] of services) for (const [key, value] of Object.entries(environment)) {
    assert.ok(!/(PASSWORD|SECRET|TOKEN|KEY)$/.test(key), `${name}: ${key} must be a file`)
    assert.ok(!/:\/\/[^/@]*:[^/@]+@/.test(value), `${name}: ${key} holds a password`)
  }
})

test('whoever is waited for says when it is healthy', () => {
  for (const [name, { depends_on: needs = {} }] of services) for (const [needed, { condition }] of Object.entries(needs)) {
    assert.equal(condition, 'service_healthy', `${name} needs ${needed}`)
    assert.ok(compose.services[needed]?.healthcheck, `${needed} has no healthcheck`)
  }
})

/** Runs deploy.sh on a copy, with a docker whose `up` fails as often as it is told. */
function deploy(tag: string, failures: number) {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'))
  try {
    cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
    writeFileSync(join(folder, '.env'), 'TAG=1.0.0\n')
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/docker'), `#!/bin/sh\necho "$*" >> ${folder}/calls\ncase "$*" in *" up "*) n=$(cat ${folder}/n 2>/dev/null || echo 0); echo $((n + 1)) > ${folder}/n; [ $n -ge ${failures} ];; *pg_dump*) echo dump;; esac\n`)
    chmodSync(join(folder, 'bin/docker'), 0o755)
    const { status, stdout, stderr } = spawnSync('bash', [join(folder, 'scripts/deploy.sh'), tag], { encoding: 'utf8', env: { PATH: `${folder}/bin:${process.env['PATH']}`, BACKUP_DIR: join(folder, 'backups') } })
    return { status, output: stdout + stderr, env: readFileSync(join(folder, '.env'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a deployment that becomes healthy stays', () => {
  const { status, output, env } = deploy('1.1.0', 0)
  assert.deepEqual([status, env], [0, 'TAG=1.1.0\n'], output)
  assert.match(output, /deploy=ok tag=1\.1\.0 before=1\.0\.0/)
})

test('one that does not is undone', () => {
  const { status, output, env } = deploy('1.1.0', 1)
  assert.deepEqual([status, env], [1, 'TAG=1.0.0\n'], output)
  assert.match(output, /deploy=undone tag=1\.1\.0 running=1\.0\.0/)
})

test('when neither becomes healthy it says so, and what is no tag is refused', () => {
  assert.match(deploy('1.1.0', 2).output, /deploy=broken/)
  assert.equal(deploy('a/b;c', 0).status, 2)
})
