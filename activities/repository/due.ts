import { repositoriesDue } from '../../db/repository.ts'
import type { ActivityContext } from '../context.ts'

/** Whose repository has something to write, because whoever should have said so died, or is to be synchronized by its timetable. */
export const dueRepositories = (ctx: ActivityContext): Promise<{ tenantId: string; sync: boolean }[]> => repositoriesDue(ctx.db)
