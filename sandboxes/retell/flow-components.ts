import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { requireFields } from './fields.ts'
import { checkNodes } from './flow-nodes.ts'
import { paginate } from './page.ts'
import { refuse, unknownAsset } from './refusal.ts'
import { newId, readBody, readParam } from './wire.ts'
import type { Fields } from './wire.ts'

const type = 'conversation-flow-component'

/** Parts that several flows share. */
export function flowComponentRoutes(app: Router, sandbox: SandboxContext): void {
  const { store } = sandbox
  const getComponent = (id: string): Fields => store.get<Fields>(type, id) ?? unknownAsset('conversation flow component', id)

  app.post('/create-conversation-flow-component', (req, res) => {
    const id = newId('conversation_flow_component')
    const made = { ...checkComponent(readBody(req)), conversation_flow_component_id: id, user_modified_timestamp: Date.now() }
    store.put(type, id, made)
    res.status(201).json(made)
  })
  app.get('/get-conversation-flow-component/:id', (req, res) => void res.json(getComponent(readParam(req, 'id'))))
  app.patch('/update-conversation-flow-component/:id', (req, res) => {
    const id = readParam(req, 'id')
    const changed = { ...checkComponent({ ...getComponent(id), ...readBody(req) }), conversation_flow_component_id: id, user_modified_timestamp: Date.now() }
    store.put(type, id, changed)
    res.json(changed)
  })
  app.get('/v2/list-conversation-flow-components', (req, res) => {
    res.json(paginate(req, sandbox, store.list<Fields>(type), ({ body }) => body))
  })
  app.delete('/delete-conversation-flow-component/:id', (req, res) => {
    const id = readParam(req, 'id')
    if (!store.delete(type, id)) unknownAsset('conversation flow component', id)
    res.status(204).end()
  })
}

function checkComponent(component: Fields): Fields {
  requireFields(component, 'name', 'nodes')
  const { name, nodes } = component
  if (typeof name !== 'string') refuse('name must be a string')
  checkNodes(Array.isArray(nodes) ? nodes : refuse('nodes must be a list'), component['start_node_id'])
  return component
}
