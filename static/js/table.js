// Lists: J and K move, Enter opens, X selects; the row-height button; boxes that scroll can be reached by keyboard,
// and tabs that do not fit show the one that is open.
(() => {
  const TIGHT = 'plumbline.tight.'
  const typing = element => element.closest('input:not([type="checkbox"]), textarea, select, [contenteditable], dialog[open]')
  const rows = () => [...document.querySelectorAll('main table[data-keys] > tbody > tr:not(.group)')]
  const chosen = () => rows().findIndex(row => row.contains(document.activeElement))

  const focusRow = row => {
    if (!row) return
    const goal = row.querySelector('a.row-link') ?? row.querySelector('a, button, input')
    goal?.focus()
    row.scrollIntoView({ block: 'nearest' })
  }
  const move = step => {
    const all = rows()
    const at = chosen()
    focusRow(all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)])
  }
  const select = () => rows()[chosen()]?.querySelector('input[type="checkbox"]')?.click()
  const actions = { j: () => move(1), k: () => move(-1), x: select }

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
    const action = actions[event.key.toLowerCase()]
    if (!action || rows().length === 0) return
    event.preventDefault()
    action()
  })

  const reach = () => {
    for (const box of document.querySelectorAll('.pl-scroll')) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0
      else box.removeAttribute('tabindex')
    }
  }
  const recall = button => {
    const table = document.getElementById(button.getAttribute('aria-controls'))
    if (!table) return
    const tight = localStorage.getItem(TIGHT + table.id) === '1'
    table.classList.toggle('tight', tight)
    button.setAttribute('aria-pressed', String(tight))
  }
  const refresh = () => {
    reach()
    document.querySelectorAll('[data-row-height]').forEach(recall)
  }
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-row-height]')
    if (!button) return
    const key = TIGHT + button.getAttribute('aria-controls')
    localStorage.setItem(key, localStorage.getItem(key) === '1' ? '0' : '1')
    recall(button)
  })
  const showTab = tab => {
    const box = tab.closest('.nav-tabs')
    box.scrollLeft = tab.parentElement.offsetLeft - box.offsetLeft - (box.clientWidth - tab.offsetWidth) / 2
  }
  document.querySelectorAll('.nav-tabs .active').forEach(showTab)
  addEventListener('resize', reach)
  document.body.addEventListener('htmx:afterSettle', refresh)
  refresh()
})()
