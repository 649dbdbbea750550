import { expect, test } from '@jest/globals'
import { fromCopier } from '../../domain/copier.ts'

test('files of another program\'s template that are called as ours are projects\' own; all other paths are as they were', () => {
  const files = ['copier.yml', 'README.md', 'manifest.yaml', 'slipway.yaml', 'deploy/slipway.yaml'].map((path) => ({ path, content: path === 'copier.yml' ? 'name: x\n_templates_suffix: ""\n' : 'a\n' }))
  const { content, problems } = fromCopier({ files })
  expect(problems).toEqual([])
  expect(content['files']).toMatchObject([{ path: 'README.md' }, { path: 'deploy/slipway.yaml' }, { path: '{{ "manifest.yaml" }}' }, { path: '{{ "slipway.yaml" }}' }, { path: 'copier.yml', templateOnly: true }].sort((a, b) => (a.path < b.path ? -1 : 1)))
})
