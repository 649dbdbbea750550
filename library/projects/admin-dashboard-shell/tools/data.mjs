const words = ['Amber', 'Birch', 'Cedar', 'Dune', 'Elm', 'Fjord', 'Grove', 'Heath', 'Islet', 'Juniper']
const states = ['open', 'active', 'closed']

/** Example rows, the same each time: enough for three pages, one of them with gaps, as real data has them. */
export const exampleRows = (resource, count) => Array.from({ length: count }, (_, index) => ({
  id: `${resource.slice(0, 2).toUpperCase()}-${index + 1}`,
  name: `${words[index % words.length]} ${words[(index * 7 + 3) % words.length]}`,
  state: states[(index * 5) % states.length],
  amount: index === 2 ? null : ((index * 7919) % 10_000) / 10,
  changedAt: new Date(Date.UTC(2027, 0, 1) - index * 86_400_000).toISOString(),
}))
