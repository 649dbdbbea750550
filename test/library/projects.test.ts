import { afterAll, describe, expect, test } from '@jest/globals'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { scoreQuality } from '../../domain/quality.ts'
import { typeErrors, unparsed } from './checks/code.ts'
import { unknownKinds, unreadableData } from './checks/data.ts'
import { deadLinks, emptyHeadings, leftovers } from './checks/prose.ts'
import { unkeptConventions } from './conventions.ts'
import { createWorkshop, examplesOf, instantiate, variationsOf } from './instantiate.ts'
import type { Project } from './instantiate.ts'
import { readLibrary } from './templates.ts'

const categories = [
  'ai_ml_engineer', 'backend_developer', 'database_specialist', 'devops_engineer', 'frontend_developer', 'integration_tester', 'maestro-curated', 'qa_engineer',
  'requirement_analyst', 'sdlc-templates', 'security_specialist', 'solution_architect', 'technical_writer', 'ui_ux_designer', 'frontend-templates',
]
const library = await readLibrary()
const workshop = createWorkshop()
afterAll(() => { workshop.remove() })

/** Everything that shows in the files themselves. */
const unread = ({ files, problems }: Project, { delimiters }: TemplateArtifact): string[] =>
  [...problems, ...unknownKinds(files), ...unreadableData(files), ...unparsed(files), ...deadLinks(files), ...emptyHeadings(files), ...leftovers(files, delimiters)]

for (const { name, artifact, problem } of library) {
  describe(name, () => {
    if (artifact === undefined) {
      test('is a template', () => { expect(problem).toBeUndefined() })
      return
    }

    test('is called like its folder and says all that a reader is promised', () => {
      expect(artifact.name).toBe(name)
      expect(categories).toContain(artifact.meta.category)
      expect(unkeptConventions(artifact)).toEqual([])
    })

    test('scores 85 at least, and no check fails', () => {
      const { quality_score: score, checks, recommendations } = scoreQuality(artifact, { minimum: 85, rules: [] })
      expect({ failing: Object.entries(checks).filter(([, status]) => status === 'fail'), recommendations: score >= 85 ? [] : recommendations }).toEqual({ failing: [], recommendations: [] })
    })

    for (const example of examplesOf(artifact)) {
      test(`${example.title} makes a project whose files are what their names say`, () => {
        const project = instantiate(artifact, example)
        expect(unread(project, artifact)).toEqual([])
        expect(typeErrors(project.files, workshop.write(project.files))).toEqual([])
      })
    }

    test('every other choice of a variable makes one, too', () => {
      expect(variationsOf(artifact).flatMap((wish) => unread(instantiate(artifact, wish), artifact).map((found) => `${wish.title}: ${found}`))).toEqual([])
    })
  })
}

describe('the library', () => {
  test.each(categories)('has four templates of %s at least', (category) => {
    expect(library.filter(({ artifact }) => artifact?.meta.category === category).map(({ name }) => name).length).toBeGreaterThanOrEqual(4)
  })
})
