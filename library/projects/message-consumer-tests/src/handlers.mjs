/** What each message does to the balance of its key. All of them commute, so that only repetition can spoil the sum. */
const change = (sign) => (state, { key, amount }) => {
  if (!Number.isSafeInteger(amount)) throw new Error(`amount of ${key} must be a whole number`)
  return { ...state, [key]: (state[key] ?? 0) + sign * amount }
}

export const handlers = {
${%- for type in variables.messages %}
  '${{ type }}': change(${% if forloop.index == 2 %}-1${% else %}1${% endif %}),
${%- endfor %}
}
