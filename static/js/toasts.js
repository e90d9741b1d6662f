// Toasts: those the server wrote and those that travel in HX-Trigger as {"toast": {"tone": "pass", "text": "…"}}.
(() => {
  const SECONDS = 6
  const container = document.getElementById('toasts')
  if (!container) return

  const start = toast => {
    if (toast.hasAttribute('data-stays')) return
    let timer
    const arm = () => { timer = setTimeout(() => toast.remove(), SECONDS * 1000) }
    for (const pause of ['mouseenter', 'focusin']) toast.addEventListener(pause, () => clearTimeout(timer))
    for (const resume of ['mouseleave', 'focusout']) toast.addEventListener(resume, arm)
    arm()
  }

  const show = ({ tone = 'pass', text = '' }) => {
    const template = document.getElementById(`toast-${tone}`) ?? document.getElementById('toast-info')
    const toast = template.content.firstElementChild.cloneNode(true)
    container.append(toast)
    toast.querySelector('[data-toast-text]').textContent = text
    start(toast)
  }

  container.querySelectorAll('[data-toast]').forEach(start)
  document.body.addEventListener('toast', event => show(event.detail))
  document.body.addEventListener('htmx:responseError', event => {
    show({ tone: 'fatal', text: `Not done: the server answered ${event.detail.xhr.status}. Load the page again to go on.` })
  })
  document.body.addEventListener('htmx:sendError', () => {
    show({ tone: 'fatal', text: 'Not done: the server cannot be reached. Nothing was changed.' })
  })
})()
