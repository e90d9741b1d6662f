// Runs in the head before anything is painted: "auto" becomes the device's theme, for Bootstrap's own dark rules.
const root = document.documentElement
if (root.dataset.bsTheme === 'auto') {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const follow = () => { root.dataset.bsTheme = dark.matches ? 'dark' : 'light' }
  follow()
  dark.addEventListener('change', follow)
}
// Paper is light: what is drawn with the colors of the theme, as charts are, is drawn again for it.
let onScreen = root.dataset.bsTheme
addEventListener('beforeprint', () => {
  onScreen = root.dataset.bsTheme
  root.dataset.bsTheme = 'light'
})
addEventListener('afterprint', () => { root.dataset.bsTheme = onScreen })
