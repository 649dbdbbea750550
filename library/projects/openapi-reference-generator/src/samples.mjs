const chosen = ${{ variables.samples | json }}

const filled = (operation, follow, example) => {
  const value = (one) => one.example ?? example(one.schema ?? {}, follow) ?? `{${one.name}}`
  const path = operation.path.replace(/\{(\w+)\}/g, (whole, name) => { const found = operation.parameters.find((one) => one.in === 'path' && one.name === name); return found ? encodeURIComponent(value(found)) : whole })
  const query = new URLSearchParams(operation.parameters.filter((one) => one.in === 'query' && (one.required || one.example !== undefined)).map((one) => [one.name, String(value(one))])).toString()
  return path + (query ? `?${query}` : '')
}

/** What Python calls them. */
const pythonWords = { true: 'True', false: 'False', null: 'None' }
const json = (value) => JSON.stringify(value, undefined, 2)

const forms = {
  curl: ({ method, url, body }) => ['sh', [`curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${url}'`, `  -H "Authorization: Bearer $TOKEN"`, ...(body === undefined ? [] : ["  -H 'Content-Type: application/json'", `  -d '${json(body).replaceAll("'", "'\\''")}'`])].join(' \\\n')],
  javascript: ({ method, url, body }) => ['js', `const response = await fetch('${url}', {\n${[...(method === 'get' ? [] : [`  method: '${method.toUpperCase()}',`]), `  headers: { Authorization: \`Bearer \${token}\`${body === undefined ? '' : ", 'Content-Type': 'application/json'"} },`, ...(body === undefined ? [] : [`  body: JSON.stringify(${json(body).replaceAll('\n', '\n  ')}),`])].join('\n')}\n})\nif (!response.ok) throw new Error(await response.text())\nconst result = await response.json()`],
  python: ({ method, url, body }) => ['python', `import httpx\n\nresponse = httpx.${method}(\n    "${url}",\n    headers={"Authorization": f"Bearer {token}"},\n${body === undefined ? '' : `    json=${json(body).replaceAll('\n', '\n    ').replace(/: (true|false|null)(?=,?$)/gm, (_, word) => `: ${pythonWords[word]}`)},\n`})\nresponse.raise_for_status()\nresult = response.json()`],
}

/** The request in each form, as Markdown. */
export function samplesOf(operation, { base, follow, example }) {
  const body = operation.body === undefined ? undefined : example(operation.body, follow)
  const url = base + filled(operation, follow, example)
  return chosen.map((form) => { const [language, code] = forms[form]({ method: operation.method, url, body }); return `\`\`\`${language}\n${code}\n\`\`\`` }).join('\n\n')
}
