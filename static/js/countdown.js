// Counts down to a deadline by the server's clock. Without it the page says when that is.
// data-countdown: the deadline; data-now: the server's clock when it made the page; data-clock: where the difference is said.
(() => {
  const SPOKEN = [[3600, '1 hour left'], [600, '10 minutes left'], [60, '1 minute left']]
  const two = number => String(number).padStart(2, '0')

  // How far the server's clock is ahead of this one, in milliseconds: the page was made just before its first byte came.
  const ahead = box => {
    const [loaded] = performance.getEntriesByType('navigation')
    const came = performance.timeOrigin + (loaded?.responseStart || 0)
    return Date.parse(box.dataset.now) - came
  }

  const words = seconds => {
    const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
    return [`${days} d ${two(hours)} h ${two(minutes)} m `, `${two(seconds % 60)} s`]
  }

  const difference = offset => {
    const apart = Math.abs(offset) / 1000
    if (apart < 60) return `Your clock and the server differ by ${apart.toFixed(1)} seconds. The server's clock decides.`
    const minutes = Math.round(apart / 60)
    return `Your clock and the server differ by ${minutes} minute${minutes === 1 ? '' : 's'}. The server's clock decides.`
  }

  const start = box => {
    const end = Date.parse(box.dataset.countdown), offset = ahead(box)
    const rest = document.createElement('span'), spoken = document.createElement('span')
    rest.className = 'mut'
    spoken.className = 'visually-hidden'
    spoken.setAttribute('role', 'status')
    box.setAttribute('role', 'timer')
    box.setAttribute('aria-label', 'Time left')
    box.after(spoken)
    const clock = box.parentElement.querySelector('[data-clock]')
    if (clock) clock.textContent = difference(offset)
    let last = Infinity
    const tick = () => {
      const left = Math.max(0, Math.floor((end - Date.now() - offset) / 1000))
      const [long, seconds] = words(left)
      rest.textContent = seconds
      box.replaceChildren(long, rest)
      const due = SPOKEN.find(([at]) => last > at && left <= at)
      if (due && last !== Infinity) spoken.textContent = due[1]
      last = left
      if (left > 0) return
      clearInterval(timer)
      spoken.textContent = 'Bidding is closed.'
      if (clock) clock.textContent = 'Bidding is closed. Load the page again to see where the sale stands.'
    }
    const timer = setInterval(tick, 1000)
    tick()
  }

  const startAll = root => {
    for (const box of root.querySelectorAll('[data-countdown]:not([role])')) start(box)
  }
  startAll(document)
  document.addEventListener('htmx:load', event => startAll(event.target))
})()
