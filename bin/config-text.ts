import type { z } from 'zod'
import { environment } from '../config.ts'

const defaultOf = (schema: z.ZodType): string => {
  const fallback = schema.safeParse(undefined)
  return fallback.success && fallback.data !== undefined && !Array.isArray(fallback.data) ? String(fallback.data) : ''
}

/** The text of `.env.example`: each variable with its meaning and default. */
export function envExample(): string {
  const lines = Object.entries(environment.shape).map(([name, schema]) => {
    const value = defaultOf(schema)
    return `# ${schema.description ?? ''}\n${value === '' ? '#' : '# '}${name}=${value}\n`.replace('##', '#').replace(/^#(?=[A-Z])/m, '# ')
  })
  return `# Slipway's configuration. Every line is optional for npm start; see the README for production.\n\n${lines.join('\n')}`
}

/** The same as the README's table. */
export function configTable(): string {
  const rows = Object.entries(environment.shape).map(([name, schema]) => {
    const value = defaultOf(schema)
    return `| \`${name}\` | ${value === '' ? (schema.safeParse(undefined).success ? '' : '**required**') : `\`${value}\``} | ${schema.description ?? ''} |`
  })
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}
