import { TestEnvironment } from 'jest-environment-node'

/** Skips the rest of a file once a test of it has failed: one is enough to kill a mutant. A class, because jest asks for one. */
export default class FirstFailure extends TestEnvironment {
  private failed = false

  handleTestEvent = (event: { name: string; test?: { mode?: string | null | undefined } }): void => {
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.failed = true
    if (event.name === 'test_start' && this.failed && event.test) event.test.mode = 'skip'
  }
}
