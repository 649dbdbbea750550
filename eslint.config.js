import tseslint from 'typescript-eslint'

/** One wall: what a folder may not import, and what it may import only as a type. */
const wall = (folder, { never = [], typesOnly = [] }) => ({
  files: [`${folder}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...(never.length > 0 ? [{ group: never, message: `${folder}/ must not know this.` }] : []),
          ...(typesOnly.length > 0 ? [{ group: typesOnly, allowTypeImports: true, message: `${folder}/ may import this only as a type.` }] : []),
        ],
      },
    ],
  },
})

const folder = (...names) => names.map((name) => `**/${name}/**`)

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.slipway/', '**/generated/', 'library/projects/'] },
  ...tseslint.configs.strict,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js', 'bin/*.mjs'] } } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-syntax': ['error', { selector: 'ExportAllDeclaration', message: 'No barrels.' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['bin/**', 'config.ts', 'test/**'],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only bin/ and config.ts read the environment.' }] },
  },
  { files: ['**/*.ts'], rules: { '@typescript-eslint/no-floating-promises': 'error' } },
  wall('contracts', { never: folder('domain', 'workflows', 'activities', 'providers', 'db', 'api', 'bin') }),
  wall('domain', { never: [...folder('workflows', 'activities', 'providers', 'db', 'api', 'bin'), 'node:*', '@temporalio/*'], typesOnly: folder('contracts') }),
  wall('workflows', {
    never: [...folder('db', 'providers', 'api', 'bin'), 'zod', 'node:*'],
    typesOnly: [...folder('activities'), '**/contracts/!(workflow).ts'],
  }),
  wall('activities', { never: folder('workflows', 'api', 'bin') }),
  wall('providers', { never: [...folder('db', 'api', 'activities', 'workflows', 'bin'), '@temporalio/*'], typesOnly: folder('contracts') }),
  // db throws DomainError itself: a look-up that finds nothing is refused where it is known.
  wall('db', { never: folder('workflows', 'activities', 'providers', 'api', 'bin'), typesOnly: ['**/contracts/!(errors).ts'] }),
  wall('api', { never: [...folder('activities', 'providers', 'bin'), '@temporalio/worker'], typesOnly: folder('workflows') }),
  wall('client', { never: [...folder('domain', 'workflows', 'activities', 'providers', 'db', 'api', 'sandboxes', 'bin'), 'node:*'], typesOnly: folder('contracts') }),
  wall('sandboxes', { never: folder('db', 'api', 'activities', 'workflows', 'providers', 'domain', 'bin') }),
  { files: ['bin/**', 'test/**', 'jest.config.js', 'eslint.config.js'], rules: { 'no-console': 'off', 'no-restricted-exports': 'off' } },
)
