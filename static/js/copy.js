// Buttons with data-copy put their text on the clipboard and say so.
(() => {
  const say = detail => document.body.dispatchEvent(new CustomEvent('toast', { detail }))
  document.addEventListener('click', async event => {
    const button = event.target.closest('[data-copy]')
    if (!button) return
    try {
      await navigator.clipboard.writeText(button.dataset.copy)
      say({ tone: 'pass', text: 'Copied.' })
    } catch {
      say({ tone: 'fatal', text: 'Not copied: the browser did not allow it. Select the text and copy it by hand.' })
    }
  })
})()
