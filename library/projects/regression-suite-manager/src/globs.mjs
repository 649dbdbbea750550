/** `**` is any folders, `*` anything within one name. Nothing else is special. */
export function toPattern(glob) {
  const source = glob.split('/').map((name) => (name === '**' ? '**' : name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*'))).join('/')
  return new RegExp(`^${source.replace(/(^|\/)\*\*\//g, '$1(?:.*/)?').replace(/\/\*\*$/, '/.*').replace(/^\*\*$/, '.*')}$`)
}

export const matches = (globs, path) => globs.some((glob) => toPattern(glob).test(path))
