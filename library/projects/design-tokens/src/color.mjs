/** OKLCH to linear sRGB, by Björn Ottosson's matrices. Values may lie outside of 0 to 1. */
function linear([lightness, chroma, hue]) {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)]
  const [l, m, s] = [lightness + 0.3963377774 * a + 0.2158037573 * b, lightness - 0.1055613458 * a - 0.0638541728 * b, lightness - 0.0894841775 * a - 1.291485548 * b].map((value) => value ** 3)
  return [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s]
}

const fits = (color) => linear(color).every((value) => value >= -0.0005 && value <= 1.0005)

/** The same lightness and hue with as much chroma as a common screen can show. */
export function inGamut([lightness, chroma, hue]) {
  if (fits([lightness, chroma, hue])) return [lightness, chroma, hue]
  let [low, high] = [0, chroma]
  for (let step = 0; step < 24; step += 1) {
    const middle = (low + high) / 2
    if (fits([lightness, middle, hue])) low = middle
    else high = middle
  }
  return [lightness, Math.round(low * 1e4) / 1e4, hue]
}

const clamp = (value) => Math.min(1, Math.max(0, value))
const gamma = (value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055)

export const toHex = (color) => `#${linear(inGamut(color)).map((value) => Math.round(gamma(clamp(value)) * 255).toString(16).padStart(2, '0')).join('')}`

/** Relative luminance as WCAG defines it. */
export function luminance(color) {
  const [red, green, blue] = linear(inGamut(color)).map(clamp)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export function contrast(one, other) {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}
