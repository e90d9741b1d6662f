// The upload page: drop a file, see its name and size, and see how far the upload is. Without script the form works as it is.
const form = document.querySelector('[data-upload]')
const drop = form?.querySelector('[data-drop]')
const input = form?.querySelector('[data-drop-input]')

const size = bytes => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

const total = files => files.reduce((sum, file) => sum + file.size, 0)

function show() {
  const files = [...input.files]
  if (!files.length) return
  const bytes = total(files)
  drop.querySelector('[data-drop-name]').textContent = files.length > 1 ? `${files.length} files` : files[0].name
  drop.querySelector('[data-drop-note]').textContent = bytes < 1e3 ? `${bytes} bytes` : `${size(bytes)}, ${bytes.toLocaleString('en-US')} bytes`
  drop.classList.add('chosen')
}

function say(sentence) {
  form.querySelector('#upload-error')?.remove()
  const box = document.createElement('div')
  const strong = document.createElement('strong')
  const words = document.createElement('span')
  box.id = 'upload-error'
  box.className = 'pl-verdict tone-fatal'
  box.setAttribute('role', 'alert')
  strong.textContent = 'Not uploaded.'
  words.className = 'say'
  words.append(strong, ` ${sentence}`)
  box.append(words)
  form.prepend(box)
}

function overBound(files) {
  const bound = Number(form.dataset.maxBytes)
  const bytes = total(files)
  if (bytes <= bound) return false
  const [has, taken] = [bytes, bound].map(each => Math.round(each / 1048576).toLocaleString('en-US'))
  const what = files.length > 1 ? 'The files have together' : 'The file has'
  const cure = form.dataset.what === 'file' ? 'send files one by one' : 'split the tape'
  say(`${what} ${has} MB, and at most ${taken} MB are taken. Compress it as .gz or .zip, or ${cure}.`)
  return true
}

function send(event) {
  const files = [...input.files]
  if (!files.length) return
  event.preventDefault()
  if (overBound(files)) return
  form.querySelector('#upload-error')?.remove()
  const request = new XMLHttpRequest()
  const box = form.querySelector('[data-upload-progress]')
  const text = form.querySelector('[data-upload-text]')
  form.querySelector('[type=submit]').disabled = true
  box.hidden = false
  request.upload.onprogress = ({ loaded, total }) => {
    box.querySelector('progress').value = 100 * loaded / total
    text.textContent = loaded < total ? `${size(loaded)} of ${size(total)}` : 'Arrived. Taking its fingerprint.'
  }
  request.onload = () => {
    if (request.status === 204) location.assign(request.getResponseHeader('Location'))
    else replace(request.responseText)
  }
  request.onerror = () => {
    say('The connection broke. Nothing was kept; send the file again.')
    box.hidden = true
    form.querySelector('[type=submit]').disabled = false
  }
  request.open('POST', location.href)
  request.setRequestHeader('X-Sent-By', 'script')
  request.send(new FormData(form))
}

function replace(html) {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const error = page.querySelector('#upload-error') ?? page.querySelector('main')
  form.querySelector('#upload-error')?.remove()
  form.prepend(document.importNode(error, true))
  form.querySelector('[data-upload-progress]').hidden = true
  form.querySelector('[type=submit]').disabled = false
}

if (form) {
  input.addEventListener('change', show)
  form.addEventListener('submit', send)
  for (const name of ['dragover', 'dragleave', 'drop']) {
    drop.addEventListener(name, event => {
      event.preventDefault()
      drop.classList.toggle('over', name === 'dragover')
      if (name === 'drop' && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show() }
    })
  }
}
