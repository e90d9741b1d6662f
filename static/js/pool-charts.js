// The factor path and the monthly speeds of a pool. The table behind them stays in the page: without this script, or
// without ECharts, it is what is shown. Numbers and words come ready from the server, colors from the tokens.
(() => {
  const block = document.getElementById('pool-charts')
  const section = document.querySelector('[data-pool-charts]')
  if (!block || !section || !window.echarts) return
  const facts = JSON.parse(block.textContent)
  const NARROW = 560
  const ROOM = 132
  const boxes = { path: document.getElementById('chart-path'), speed: document.getElementById('chart-speed') }
  const table = document.getElementById('path-table')
  const button = section.querySelector('[data-pool-table]')
  let range = facts.range

  const token = name => getComputedStyle(document.documentElement).getPropertyValue(`--pl-${name}`).trim()
  const tokens = () => Object.fromEntries(
    ['ink', 'ink-2', 'ink-3', 'line', 'line-strong', 'raised', 'surface', 'c1', 'c2', 'c6', 'seq-4', 'warning-fill', 'sans']
      .map(name => [name, token(name)]),
  )
  const narrow = () => section.clientWidth < NARROW
  const span = () => facts.ranges[range]
  const cut = values => values.slice(span()[0], span()[1] + 1)
  const months = () => cut(facts.months)
  const place = () => facts.now - span()[0]

  // Januaries, every second, fifth or tenth of them when there are many; every third month of a short range.
  const named = () => {
    const shown = months()
    if (shown.length <= 14) return index => index % 3 === 0
    const Januaries = shown.filter(month => month.startsWith('Jan')).length
    const every = [1, 2, 5, 10].find(step => Januaries / step <= (narrow() ? 4 : 9)) ?? 10
    return (index, month) => month.startsWith('Jan') && Number(month.slice(4)) % every === 0
  }

  const frame = (colors, label) => ({
    animation: false,
    aria: { enabled: true, label: { description: label } },
    textStyle: { fontFamily: colors.sans, fontSize: 11, color: colors['ink-3'] },
    tooltip: {
      trigger: 'axis', confine: true, backgroundColor: colors.raised, borderColor: colors['line-strong'], borderWidth: 1,
      padding: [6, 10], textStyle: { color: colors.ink, fontSize: 12, fontFamily: colors.sans },
      axisPointer: { type: 'line', lineStyle: { color: colors['line-strong'], type: 'solid' } },
      formatter: rows => told(rows[0].dataIndex + span()[0]),
    },
    xAxis: {
      type: 'category', data: months(), axisTick: { show: false }, axisLine: { lineStyle: { color: colors['line-strong'] } },
      axisLabel: { color: colors['ink-3'], fontSize: 11, interval: named(), hideOverlap: true },
    },
  })
  const across = colors => ({
    axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: colors.line } },
  })

  const LINES = [
    ['actual', 'Actual'], ['scheduled', 'Scheduled'], ['issue', facts.labels.issue[0]], ['now', facts.labels.now[0]],
    ['high', facts.labels.high[0]], ['low', facts.labels.low[0]],
  ]
  const line = (label, text) => {
    const row = document.createElement('div')
    row.className = 'pl-tip'
    row.append(label, Object.assign(document.createElement('b'), { textContent: text }))
    return row
  }
  const told = index => {
    const tip = document.createElement('div')
    tip.append(Object.assign(document.createElement('strong'), { textContent: facts.months[index] }))
    for (const [name, label] of LINES) {
      const value = facts.path[name][index]
      if (value !== null && !(index === facts.now && ['now', 'high', 'low'].includes(name))) tip.append(line(label, value.toFixed(4)))
    }
    const { cpr, forecast } = facts.speed
    if (cpr[index] !== null) tip.append(line('CPR', `${cpr[index].toFixed(1)}%`))
    if (forecast[index] !== null) tip.append(line('CPR forecast', `${forecast[index].toFixed(1)}%`))
    return tip
  }

  // Labels at the ends of lines, pushed apart where they would lie on each other.
  const LINE = 13
  const spread = (ends, scale, height) => {
    const y = value => (scale.max - value) / (scale.max - scale.min) * height
    const placed = ends.map(end => ({ ...end, at: y(end.value), tall: end.words.length * LINE + 2 })).sort((a, b) => a.at - b.at)
    let floor = -Infinity
    for (const end of placed) {
      end.to = Math.max(end.at, floor + end.tall / 2)
      floor = end.to + end.tall / 2
    }
    let roof = height + LINE
    for (const end of [...placed].reverse()) {
      end.to = Math.min(end.to, roof - end.tall / 2)
      roof = end.to - end.tall / 2
    }
    return Object.fromEntries(placed.map(end => [end.name, end.to - end.at]))
  }
  const said = (colors, words, offset = 0, distance = 9) => narrow() ? { show: false } : {
    show: true, distance, offset: [0, offset],
    formatter: words.length > 1 ? `{b|${words[0]}}\n{m|${words[1]}}` : `{b|${words[0]}}`,
    rich: {
      b: { color: colors.ink, fontWeight: 600, fontSize: 11, lineHeight: LINE }, m: { color: colors['ink-3'], fontSize: 11, lineHeight: LINE },
    },
  }
  const stroke = (name, data, style, label, more = {}) => ({
    name, type: 'line', data: cut(data), symbol: 'none', connectNulls: false, lineStyle: style, itemStyle: { color: style.color },
    endLabel: label ?? { show: false }, emphasis: { disabled: true }, ...more,
  })

  const TOP = 24
  const scaleOf = names => {
    const values = names.flatMap(name => cut(facts.path[name])).filter(value => value !== null)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    const step = high - low > 0.15 ? 0.1 : 0.01
    const min = Math.max(Math.floor(low / step + 1e-9) * step, 0)
    return { min, max: Math.max(Math.ceil(high / step - 1e-9) * step, min + step), step }
  }
  const decimals = value => value.toFixed(Math.abs(value * 10 - Math.round(value * 10)) > 0.001 ? 2 : 1)

  const pathOption = colors => {
    const { path, labels } = facts
    const here = path.actual[facts.now]
    const isAhead = span()[1] > facts.now
    const names = ['actual', 'scheduled', 'issue', ...(isAhead ? ['now', 'low', 'high'] : [])]
    const scale = scaleOf(names)
    const bottom = narrow() ? 64 : 26
    const height = boxes.path.clientHeight - TOP - bottom
    const ends = names.slice(1).map(name => ({ name, value: cut(path[name]).at(-1), words: labels[name] }))
    const offsets = spread(ends, scale, height)
    const label = name => said(colors, labels[name], offsets[name])
    const isLast = place() === months().length - 1
    const isLow = here !== null && (here - scale.min) / (scale.max - scale.min) < 0.12
    const gap = path.high.map((value, index) => value === null || path.low[index] === null ? null : value - path.low[index])
    const plumb = {
      silent: true, symbol: ['triangle', 'none'], symbolSize: [8, 6], symbolRotate: 180,
      lineStyle: { color: colors.ink, width: 1.5, type: 'solid' }, data: [{ xAxis: place() }],
      label: { show: true, position: 'end', formatter: labels.plumb, align: isLast ? 'right' : 'center', color: colors.ink, fontWeight: 600, fontSize: 11 },
    }
    const dot = {
      silent: true, symbol: 'circle', symbolSize: 9, itemStyle: { color: colors.c1 }, data: here === null ? [] : [{ coord: [place(), here] }],
      label: {
        show: true, formatter: labels.actual, position: place() > months().length / 4 ? 'left' : 'right', offset: [0, isLow ? -10 : 10],
        color: colors.ink, fontWeight: 600, fontSize: 11,
      },
    }
    const bare = { width: 0, opacity: 0, color: colors.c1 }
    const ahead = () => [
      stroke('low', path.low, bare, label('low'), { stack: 'band' }),
      stroke('high', gap, bare, label('high'), { stack: 'band', areaStyle: { color: colors.c1, opacity: 0.11 } }),
      stroke(labels.now[0], path.now, { color: colors.c1, width: 1.5, type: [5, 4] }, label('now')),
    ]
    return {
      ...frame(colors, facts.say.path),
      grid: { left: 36, right: narrow() ? 10 : ROOM, top: TOP, bottom },
      legend: narrow() ? {
        bottom: 0, itemHeight: 8, itemWidth: 22, selectedMode: false, textStyle: { color: colors['ink-2'], fontSize: 11 },
        data: ['Actual', 'Scheduled', labels.issue[0], ...(isAhead ? [labels.now[0]] : [])],
      } : { show: false },
      yAxis: {
        type: 'value', min: scale.min, max: scale.max, interval: (scale.max - scale.min) / scale.step > 10 ? 2 * scale.step : scale.step, ...across(colors),
        axisLabel: { color: colors['ink-3'], fontSize: 11, formatter: decimals },
      },
      series: [
        stroke('Scheduled', path.scheduled, { color: colors.c6, width: 2, type: [1.5, 4], cap: 'round' }, label('scheduled')),
        stroke(labels.issue[0], path.issue, { color: colors.c2, width: 2, type: [5, 4] }, label('issue')),
        ...(isAhead ? ahead() : []),
        stroke('Actual', path.actual, { color: colors.c1, width: 2.5 }, null, { z: 4, markLine: plumb, markPoint: dot }),
      ],
    }
  }

  const speedOption = colors => {
    const { speed, labels } = facts
    const high = new Set(speed.high)
    const right = narrow() ? 10 : ROOM
    const band = (boxes.speed.clientWidth - 36 - right) / months().length
    const bars = cut(speed.cpr).map((value, index) => {
      const at = index + span()[0]
      const text = speed.texts[at]
      const aside = at === facts.now && high.has(at - 1) && band < 26 ? 9 : 0
      return {
        value, itemStyle: { color: high.has(at) ? colors['warning-fill'] : colors['seq-4'] },
        label: {
          show: text !== undefined, formatter: text ?? '', position: 'top', distance: 3, offset: [aside, 0],
          color: colors.ink, fontWeight: 600, fontSize: 11,
        },
      }
    })
    return {
      ...frame(colors, facts.say.speed),
      grid: { left: 36, right, top: 18, bottom: 22 },
      yAxis: {
        type: 'value', min: scope => Math.min(0, Math.floor(scope.min)), splitNumber: 3, ...across(colors),
        axisLabel: { color: colors['ink-3'], fontSize: 11 },
      },
      series: [
        { name: 'CPR', type: 'bar', data: bars, barCategoryGap: '18%', barMaxWidth: 26, itemStyle: { borderRadius: 1 }, emphasis: { disabled: true } },
        stroke('Forecast', speed.forecast, { color: colors.c2, width: 2, type: [5, 4] }, said(colors, [labels.speed], 0, 9 + Math.min(band / 2, 14))),
      ],
    }
  }

  for (const box of Object.values(boxes)) box.hidden = false
  section.querySelector('[data-pool-drawn]').hidden = false
  const drawn = Object.fromEntries(Object.entries(boxes).map(([name, box]) => [name, echarts.init(box, null, { renderer: 'svg' })]))
  const draw = () => {
    const colors = tokens()
    drawn.path.setOption(pathOption(colors), true)
    drawn.speed.setOption(speedOption(colors), true)
  }
  draw()

  button.hidden = false
  const showTable = shown => {
    table.hidden = !shown
    button.setAttribute('aria-expanded', String(shown))
  }
  showTable(false)
  button.addEventListener('click', () => showTable(table.hidden))

  const links = [...section.querySelectorAll('.pl-seg a')]
  const rangeOf = link => new URL(link.href).searchParams.get('range')
  for (const link of links) {
    link.addEventListener('click', event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      range = rangeOf(link)
      for (const other of links) other === link ? other.setAttribute('aria-current', 'true') : other.removeAttribute('aria-current')
      const address = new URL(location)
      address.searchParams.set('range', range)
      history.replaceState(null, '', address)
      draw()
    })
  }

  let seen = ''
  new ResizeObserver(() => {
    const now = [boxes.path.clientWidth, boxes.path.clientHeight].join()
    if (now === seen) return
    seen = now
    for (const chart of Object.values(drawn)) chart.resize()
    draw()
  }).observe(boxes.path)
  // A sheet of paper is narrower than most screens, and nothing tells the box so before it is printed.
  const PAPER = 690
  addEventListener('beforeprint', () => {
    for (const [name, chart] of Object.entries(drawn)) chart.resize({ width: Math.min(PAPER, boxes[name].clientWidth) })
  })
  addEventListener('afterprint', () => {
    for (const chart of Object.values(drawn)) chart.resize({ width: 'auto' })
  })
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] })
})()
