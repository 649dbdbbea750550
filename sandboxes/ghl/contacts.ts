import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { locationOf } from './access.ts'
import { checkBody, fields } from './body.ts'
import type { Fields } from './body.ts'
import { all, getOwned, newId } from './context.ts'
import type { Owned } from './context.ts'
import { GhlRefusal } from './refusal.ts'

interface Contact extends Owned {
  email?: string
  phone?: string
}

const shape: Fields = fields({
  string: 'locationId* firstName lastName name email gender phone address1 city state postalCode website timezone source dateOfBirth country companyName assignedTo',
  boolean: 'dnd createNewIfDuplicateAllowed',
  array: 'tags customFields',
  any: 'dndSettings inboundDndSettings',
})

/** Just enough for an opportunity to have a contact. Source: HighLevel's Contacts API. */
export function addContactRoutes(router: Router, sandbox: SandboxContext): void {
  const { store } = sandbox

  const find = (location: string, { email, phone }: Record<string, unknown>) =>
    all<Contact>(sandbox, 'contact', location).find(
      (contact) => (email !== undefined && contact.email === email) || (phone !== undefined && contact.phone === phone),
    )

  router.post('/contacts/upsert', (req, res) => {
    const asked = checkBody(shape, req.body)
    const current = find(locationOf(res), asked)
    // Whatever is sent overwrites, the whole list of tags too.
    const contact = { tags: [], ...current, ...asked, id: current?.id ?? newId() }
    store.put('contact', contact.id, contact)
    res.json({ new: current === undefined, contact })
  })
  router.post('/contacts', (req, res) => {
    const asked = checkBody(shape, req.body)
    const twin = find(locationOf(res), asked)
    if (twin) throw new GhlRefusal(400, 'This location does not allow duplicated contacts.', { meta: { contactId: twin.id } })
    const contact = { tags: [], ...asked, id: newId() }
    store.put('contact', contact.id, contact)
    res.status(201).json({ contact })
  })
  router.get('/contacts/:id', (req, res) => void res.json({ contact: getOwned(sandbox, res, 'contact', req.params.id) }))
}
