import { z } from 'zod'
import { defineProvider } from '../provider.ts'
import { useRemote } from './remote.ts'

const branchName = z.string().max(200).regex(/^(?!.*(\.\.|\/\/|\.lock(\/|$)|\/\.|\/$|\.$))[A-Za-z0-9][\w./-]*$/, "a branch's name")

interface GitRemote {
  allowPrivateAddresses: boolean
}

/** The remote of the tenant's template repository: any server that speaks git over https or ssh (git-scm.com/docs/gitprotocol-v2). It owns no resources. */
export const git = defineProvider<GitRemote>({
  name: 'git',
  title: 'Git remote',
  connection: {
    protocols: ['https:', 'http:', 'ssh:'],
    config: z.strictObject({
      branch: branchName.optional().meta({ description: 'Default: main' }),
      username: z.string().regex(/^[^\s:]{1,200}$/, 'a name without spaces and colons').optional().meta({ description: 'Goes with the token; default: git' }),
      knownHosts: z.string().min(1).optional().meta({ description: 'Lines of known_hosts, for ssh' }),
      syncMinutes: z.string().regex(/^[1-9]\d{0,4}$/, 'a number of minutes').optional().meta({ description: 'Synchronize so often; without it only when asked' }),
    }),
    secrets: z.strictObject({ token: z.string().min(1).optional(), sshKey: z.string().min(1).optional() }),
    together: ({ baseUrl, config, secrets }) =>
      baseUrl.startsWith('ssh:')
        ? [
            ...(secrets['sshKey'] === undefined ? [{ pointer: '/secrets/sshKey', message: 'is required for an ssh address' }] : []),
            ...(config['knownHosts'] === undefined ? [{ pointer: '/config/knownHosts', message: "is required for an ssh address: the server's lines of known_hosts, as ssh-keyscan prints them" }] : []),
          ]
        : secrets['sshKey'] === undefined ? [] : [{ pointer: '/secrets/sshKey', message: 'goes with an ssh:// address' }],
  },
  connect: (_connection, { allowPrivateAddresses }) => ({ allowPrivateAddresses }),
  async check({ connection, client }) {
    const head = await useRemote(connection, { ...client, redact: (text) => text }, (remote) => remote.look())
    return { account: `${new URL(connection.baseUrl).host}, ${head === undefined ? 'no such branch yet' : `at ${head.slice(0, 12)}`}` }
  },
  resources: {},
})
