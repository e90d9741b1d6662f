// "/" goes to the search field, "?" opens the list of keys, "[" and "]" follow links marked rel=prev and rel=next.
(() => {
  const typing = element => element.closest('input, textarea, select, [contenteditable], dialog[open]')
  const dialog = document.getElementById('shortcuts')
  const search = () => {
    const field = document.querySelector('[data-search]')
    field?.focus()
    field?.select()
  }
  const actions = {
    '/': search,
    '?': () => dialog?.showModal(),
    '[': () => document.querySelector('main a[rel="prev"]')?.click(),
    ']': () => document.querySelector('main a[rel="next"]')?.click(),
  }
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  })
  for (const button of document.querySelectorAll('[data-shortcuts]')) button.addEventListener('click', () => dialog.showModal())
})()
