// The mapping page: fill a field list only when it is opened, since a tape may have a thousand columns. Without script the
// list holds the proposed field and "Keep as extra column".
const options = document.getElementById('field-options')

function fill(select) {
  if (select.dataset.filled) return
  const chosen = select.value
  const first = select.options[0]
  select.replaceChildren(first, document.importNode(options.content, true))
  select.value = chosen
  select.dataset.filled = 'yes'
}

document.addEventListener('focusin', event => { if (event.target.matches('[data-field]')) fill(event.target) })
document.addEventListener('pointerover', event => { if (event.target.matches?.('[data-field]')) fill(event.target) })
document.addEventListener('change', event => {
  if (!event.target.matches('[data-field]')) return
  const confirm = event.target.closest('tr').querySelector('.btn-check')
  if (confirm) confirm.checked = true
})
