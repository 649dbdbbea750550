import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { lintFeature } from './gherkin.mjs'
import { drawMap, lintMap } from './map.mjs'

const root = new URL('..', import.meta.url)
const map = parse(readFileSync(new URL('map.yaml', root), 'utf8'))
const files = readdirSync(new URL('features', root)).filter((name) => name.endsWith('.feature')).sort()

if (process.argv[2] === 'draw') writeFileSync(new URL('map.html', root), drawMap(map))
else {
  const problems = [
    ...lintMap(map, files.map((name) => name.replace(/\.feature$/, ''))),
    ...files.flatMap((name) => lintFeature(name, readFileSync(new URL(`features/${name}`, root), 'utf8'))),
  ]
  for (const problem of problems) console.log(problem)
  console.log(problems.length === 0 ? 'Map and features hold together.' : `${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
