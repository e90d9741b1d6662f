// After a swap the focus goes to the first error, or to the heading of the section that came in.
(() => {
  const focus = element => {
    if (!element.hasAttribute('tabindex') && !element.matches('a, button, input, select, textarea')) element.tabIndex = -1
    element.focus({ preventScroll: false })
  }
  const goal = root => root.querySelector('[data-errors]') ?? root.querySelector('.is-invalid') ?? null
  document.body.addEventListener('htmx:afterSettle', event => {
    const section = event.detail.target
    if (!section.isConnected || section.hasAttribute('data-keep-focus')) return
    const error = goal(section)
    if (error) return focus(error)
    if (section.contains(document.activeElement) || document.activeElement !== document.body) return
    const heading = section.querySelector('h2, h3')
    if (heading) focus(heading)
  })
  document.querySelector('main [data-errors]')?.focus()
})()
