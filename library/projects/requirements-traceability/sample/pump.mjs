export const limit = { bar: 1.2 }

// implements ${{ variables.prefix }}-1
export const motor = ({ pressure, running }) => running && pressure <= limit.bar

// implements ${{ variables.prefix }}-2
export const shownVolume = (steps, perStep) => `${(steps * perStep).toFixed(1)} ml`
