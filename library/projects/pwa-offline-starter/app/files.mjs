/** Made by npm run stamp. */
export const version = 'first'
export const files = ["/app.webmanifest","/icon-maskable.svg","/icon.svg","/index.html","/main.mjs",${% if variables.outbox %}"/outbox.mjs",${% endif %}"/style.css"]
