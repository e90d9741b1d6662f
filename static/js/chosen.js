// Lists that loans are chosen in: a box at the head chooses all that are shown, and how many are chosen, with their
// balance, stands beside what can be done with them.
(() => {
  const BOXES = 'tbody input[type="checkbox"][data-upb]'
  const whole = number => number.toLocaleString('en-US')
  const dollars = amount => `$${Math.round(amount).toLocaleString('en-US')}`

  const tell = form => {
    const boxes = [...form.querySelectorAll(BOXES)]
    const chosen = boxes.filter(box => box.checked)
    const upb = chosen.reduce((sum, box) => sum + Number(box.dataset.upb), 0)
    for (const place of form.querySelectorAll('[data-chosen]')) {
      place.textContent = chosen.length ? `${whole(chosen.length)} loan${chosen.length === 1 ? '' : 's'}, ${dollars(upb)}` : ''
    }
    for (const head of form.querySelectorAll('thead input[data-all]')) {
      head.checked = chosen.length === boxes.length
      head.indeterminate = chosen.length > 0 && !head.checked
    }
  }
  const offerAll = () => {
    for (const table of document.querySelectorAll('form table.pick')) {
      const place = table.tHead.rows[0].cells[0]
      if (place.querySelector('input') || !table.querySelector(BOXES)) continue
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', className: 'form-check-input' })
      box.dataset.all = ''
      box.setAttribute('aria-label', 'Choose all that are shown')
      place.replaceChildren(box)
      tell(table.closest('form'))
    }
  }

  document.addEventListener('change', event => {
    const box = event.target.closest('table.pick input[type="checkbox"]')
    if (!box?.form) return
    if ('all' in box.dataset) for (const one of box.closest('table').querySelectorAll(BOXES)) one.checked = box.checked
    tell(box.form)
  })
  document.body.addEventListener('htmx:afterSettle', () => {
    offerAll()
    for (const head of document.querySelectorAll('thead input[data-all]')) tell(head.form)
  })
  offerAll()
})()
