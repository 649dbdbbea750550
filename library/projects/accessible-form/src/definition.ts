export type FieldKind = 'text' | 'email' | 'tel' | 'date' | 'number' | 'password' | 'checkbox'
export interface Field { name: string; label: string; kind: FieldKind; required: boolean; /** Characters; of a number, its largest value. */ most: number }

/** What is asked, in this order. */
export const definition: readonly Field[] = [
${%- for field in variables.fields %}
  { name: '${{ field.name }}', label: ${{ field.label | json }}, kind: '${{ field.kind }}', required: ${% if field.required == false %}false${% else %}true${% endif %}, most: ${{ field.most | default: 200 }} },
${%- endfor %}
]

/** What is said. Each sentence tells what to do. */
export const words = {
${%- if variables.language == "de" %}
  missing: (label: string) => `${label}: bitte ausfüllen`,
  unticked: (label: string) => `Bitte bestätigen: ${label}`,
  tooLong: (label: string, most: number) => `${label}: bitte höchstens ${most} Zeichen`,
  email: 'Bitte eine Adresse wie name@beispiel.de eingeben',
  tel: 'Bitte nur Ziffern, Leerzeichen und die Zeichen + ( ) / - eingeben',
  date: 'Bitte einen Tag wählen, den es gibt',
  number: (label: string, most: number) => `${label}: bitte eine ganze Zahl von 1 bis ${most}`,
  password: 'Bitte mindestens 12 Zeichen eingeben',
  summary: (count: number) => (count === 1 ? 'Eine Angabe fehlt noch oder ist nicht richtig:' : `${count} Angaben fehlen noch oder sind nicht richtig:`),
  sending: 'Wird gesendet …',
  sent: 'Gesendet. Vielen Dank!',
  offline: 'Nichts wurde gesendet: Der Server ist nicht zu erreichen. Ihre Angaben sind noch da; bitte noch einmal versuchen.',
  broken: 'Der Server konnte die Angaben nicht annehmen. Bitte in einigen Minuten noch einmal versuchen.',
${%- else %}
  missing: (label: string) => `${label}: fill this in`,
  unticked: (label: string) => `Confirm: ${label}`,
  tooLong: (label: string, most: number) => `${label}: use ${most} characters at most`,
  email: 'Enter an address such as name@example.com',
  tel: 'Use digits, spaces and the signs + ( ) / - only',
  date: 'Choose a day that exists',
  number: (label: string, most: number) => `${label}: enter a whole number from 1 to ${most}`,
  password: 'Use 12 characters at least',
  summary: (count: number) => (count === 1 ? 'One answer is missing or not right:' : `${count} answers are missing or not right:`),
  sending: 'Sending …',
  sent: 'Sent. Thank you!',
  offline: 'Nothing was sent: the server cannot be reached. Your answers are still here; try again.',
  broken: 'The server could not take your answers. Try again in some minutes.',
${%- endif %}
}
