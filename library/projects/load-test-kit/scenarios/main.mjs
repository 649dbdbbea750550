import { randomUUID } from 'node:crypto'

const peak = ${{ variables.peakRate }}

export default {
  name: ${{ variables.service | append: ": " | append: variables.profile | json }},
  allowedHosts: ['localhost', '127.0.0.1', 'staging.example.com'],
  timeoutMs: 10_000,

  /** `rate` is reached at the end of a stage, in a straight line from the one before. */
  stages: [
${%- case variables.profile %}
${%- when "smoke" %}
    { seconds: 5, rate: 1, warmup: true },
    { seconds: 60, rate: Math.min(2, peak) },
${%- when "average" %}
    { seconds: 30, rate: peak / 2, warmup: true },
    { seconds: 60, rate: peak },
    { seconds: 600, rate: peak },
${%- when "stress" %}
    { seconds: 30, rate: peak / 2, warmup: true },
    { seconds: 300, rate: peak },
    { seconds: 300, rate: peak * 2 },
    { seconds: 300, rate: peak * 3 },
    { seconds: 120, rate: peak / 2 },
${%- when "spike" %}
    { seconds: 60, rate: peak / 10, warmup: true },
    { seconds: 10, rate: peak },
    { seconds: 120, rate: peak },
    { seconds: 10, rate: peak / 10 },
    { seconds: 180, rate: peak / 10 },
${%- when "soak" %}
    { seconds: 60, rate: peak / 2, warmup: true },
    { seconds: 4 * 3600, rate: peak / 2 },
${%- endcase %}
  ],

  /** What is sent, by weight: take the shares from the access log of the busiest hour. */
  requests: [
    { name: 'list', weight: 6, make: () => ({ path: '/items?limit=20' }) },
    { name: 'read', weight: ${% if variables.writes %}3${% else %}4${% endif %}, make: () => ({ path: `/items/${1 + Math.floor(Math.random() * 1000)}` }), accepts: [200, 404] },
${%- if variables.writes %}
    { name: 'make', weight: 1, make: () => ({ method: 'POST', path: '/items', body: { name: `load-${randomUUID()}` } }), accepts: [201] },
${%- endif %}
  ],

  thresholds: {
    'p95': ${{ variables.p95 }},
    'p99': ${{ variables.p95 | times: 3 }},
    'errorRate': ${{ variables.errorRate }},
    'list.p95': ${{ variables.p95 }},
  },
}
