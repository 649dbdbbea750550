import { createRegistry, providers } from '../../../providers/registry.ts'
import { statuspages } from './statuspages/index.ts'

/** The shipped providers and the example: the one line that a new provider needs. */
export const providersWithExample = createRegistry([...providers.names().map((name) => providers.get(name)), statuspages])
