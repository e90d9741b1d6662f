// The mapping page: fill a field list only when it is opened, since a tape may have a thousand columns, and say at once when
// two columns feed one field. Without script the list holds the proposed field, and a button beside it brings all fields.
const options = document.getElementById('field-options')
const notice = document.querySelector('[data-doubled]')

function fill(select) {
  if (select.dataset.filled || select.querySelector('optgroup')) return
  const chosen = select.value
  const first = select.options[0]
  select.replaceChildren(first, document.importNode(options.content, true))
  select.value = chosen
  select.dataset.filled = 'yes'
}

function doubled() {
  const feeders = new Map()
  for (const select of document.querySelectorAll('[data-field]')) {
    if (select.value) feeders.set(select.value, [...feeders.get(select.value) ?? [], select])
  }
  return [...feeders.values()].filter(selects => selects.length > 1)
}

function announce() {
  notice.replaceChildren(...doubled().map(selects => {
    const label = selects[0].selectedOptions[0].textContent.replace(' *', '')
    const box = document.createElement('div')
    const say = document.createElement('span')
    const strong = document.createElement('strong')
    box.className = 'pl-verdict tone-warning'
    say.className = 'say'
    strong.textContent = `${selects.length} columns feed ${label}:`
    const columns = selects.map(select => select.dataset.column.slice(0, 40)).join(', ')
    say.append(strong, ` ${columns}. The first fills it, the others fill its blanks, and rows where they differ are reported.`)
    box.append(say)
    return box
  }))
}

document.addEventListener('focusin', event => { if (event.target.matches('[data-field]')) fill(event.target) })
document.addEventListener('pointerover', event => { if (event.target.matches?.('[data-field]')) fill(event.target) })
document.addEventListener('change', event => {
  if (!event.target.matches('[data-field]')) return
  const confirm = event.target.closest('tr').querySelector('.btn-check')
  if (confirm) confirm.checked = true
  announce()
})
