/** What is looked for. `value` is the group that holds the secret; `random` asks for entropy, too. */
export const rules = [
  { name: 'private-key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/g },
  { name: 'password-in-url', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/'"<>]+:([^\s:@/'"<>]{3,})@[^\s'"]+/g, value: 1, placeholders: true },
${%- for vendor in variables.vendors %}
${%- case vendor %}
${%- when "aws" %}
  { name: 'aws-access-key', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
${%- when "github" %}
  { name: 'github-token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b/g },
${%- when "gitlab" %}
  { name: 'gitlab-token', pattern: /\bgl(?:pat|dt|rt)-[A-Za-z0-9_-]{20,}/g },
${%- when "google" %}
  { name: 'google-api-key', pattern: /\bAIza[A-Za-z0-9_-]{35}/g },
${%- when "openai" %}
  { name: 'openai-key', pattern: /\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,}/g },
${%- when "slack" %}
  { name: 'slack-token', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{20,}/g },
${%- when "stripe" %}
  { name: 'stripe-key', pattern: /\b[rs]k_live_[A-Za-z0-9]{20,}/g },
${%- endcase %}
${%- endfor %}
  {
    name: 'random-value',
    pattern: /(?:token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key|credential)[\w-]*["']?\s*(?::|=>?|:=)\s*["']?([A-Za-z0-9+/_=.-]{20,})/gi,
    value: 1, placeholders: true, random: true,
  },
]

/** Bits per character from which a value counts as random. */
export const randomFrom = ${{ variables.entropy }}

export const ignoredFolders = ${{ variables.ignored | json }}
/** Files that hold long hashes by nature. */
export const ignoredFiles = /(^|\/)(package-lock\.json|pnpm-lock\.yaml|yarn\.lock|poetry\.lock|go\.sum|Cargo\.lock|secrets-baseline\.json)$/
export const placeholder = /example|sample|dummy|changeme|placeholder|your[_-]|^\$|^<|(.)\1{5,}|process\.env|os\.environ/i
