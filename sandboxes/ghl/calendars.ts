import type { Response, Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { locationOf } from './access.ts'
import { checkBody, checkQuery, fields } from './body.ts'
import type { Fields } from './body.ts'
import { all, getOwned, listed, newId, slugOf } from './context.ts'
import type { Owned } from './context.ts'
import { GhlRefusal } from './refusal.ts'

export interface Calendar extends Owned {
  slug: string
  [detail: string]: unknown
}

/** What PUT may change: neither the location nor the type of a calendar. */
const changeable: Fields = fields({
  string:
    'name groupId eventType description slug widgetSlug widgetType eventTitle eventColor meetingLocation slotDurationUnit slotIntervalUnit slotBufferUnit ' +
    'preBufferUnit allowBookingAfterUnit allowBookingForUnit formId alertEmail notes pixelId formSubmitType formSubmitRedirectURL formSubmitThanksMessage ' +
    'guestType consentLabel calendarCoverImage',
  number:
    'slotDuration slotInterval slotBuffer preBuffer appoinmentPerSlot appoinmentPerDay allowBookingAfter allowBookingFor availabilityType',
  boolean:
    'isActive enableRecurring stickyContact isLivePaymentMode autoConfirm shouldSendAlertEmailsToAssignedMember googleInvitationEmails allowReschedule ' +
    'allowCancellation shouldAssignContactToTeamMember shouldSkipAssigningContactForExisting',
  array: 'notifications teamMembers locationConfigurations openHours availabilities',
  any: 'recurring lookBusyConfig',
})
const creatable: Fields = {
  ...changeable,
  ...fields({ string: 'locationId* name*' }),
  calendarType: { type: 'string', oneOf: ['round_robin', 'event', 'class_booking', 'collective', 'service_booking', 'personal'] },
}
const listQuery: Fields = fields({ string: 'locationId* groupId showDrafted' })

const defaults = { calendarType: 'event', slotDuration: 30, slotInterval: 30, isActive: true, autoConfirm: true, allowReschedule: true, allowCancellation: true, eventColor: '#039be5' }

/** Source: HighLevel's Calendars API, version 2021-04-15. */
export function addCalendarRoutes(router: Router, sandbox: SandboxContext): void {
  const { store } = sandbox

  function chooseSlug(res: Response, asked: unknown, name: string, id: string): string {
    const slugs = all<Calendar>(sandbox, 'calendar', locationOf(res)).filter((other) => other.id !== id).map(({ slug }) => slug)
    if (typeof asked === 'string' && slugs.includes(asked)) throw new GhlRefusal(400, `The slug ${asked} is already taken`)
    const own = typeof asked === 'string' ? asked : slugOf(name, '-')
    return slugs.includes(own) ? `${own}-${id.slice(0, 6).toLowerCase()}` : own
  }

  router.get('/calendars', (req, res) => {
    checkQuery(listQuery, req.query)
    res.json({ calendars: listed(sandbox, 'calendar', locationOf(res)) })
  })
  router.post('/calendars', (req, res) => {
    const { slug, ...asked } = checkBody(creatable, req.body)
    const id = newId()
    const calendar = { ...defaults, ...asked, id, slug: chooseSlug(res, slug, String(asked['name']), id) }
    store.put('calendar', id, calendar)
    res.status(201).json({ calendar })
  })
  router.get('/calendars/:id', (req, res) => void res.json({ calendar: getOwned(sandbox, res, 'calendar', req.params.id) }))
  router.put('/calendars/:id', (req, res) => {
    const current = getOwned<Calendar>(sandbox, res, 'calendar', req.params.id)
    const asked = checkBody(changeable, req.body)
    const calendar = { ...current, ...asked, slug: chooseSlug(res, asked['slug'] ?? current.slug, current.name, current.id) }
    store.put('calendar', current.id, calendar)
    res.json({ calendar })
  })
  router.delete('/calendars/:id', (req, res) => {
    store.delete('calendar', getOwned(sandbox, res, 'calendar', req.params.id).id)
    res.json({ success: true })
  })
}
