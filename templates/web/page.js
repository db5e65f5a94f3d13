'use strict'
// A page fetches itself again when it hears that its session changed. All tabs share one stream of
// events: browsers allow six connections to a host, and the seventh tab would not load. The tab that
// holds the lock has the stream, and hands on to the others what it hears.
;(() => {
  const main = document.getElementById('main')
  const live = document.getElementById('live')
  const tabs = new BroadcastChannel('waggle')
  const QUIET = 40000 // milliseconds: the server says something every 15 seconds
  let heard = Date.now()
  let last = main.dataset.at
  let source = null

  const say = text => { if (live.textContent !== text) live.textContent = text }

  // Fetching again

  let busy = false
  let again = false

  async function refresh() {
    again = true
    if (busy) return
    busy = true
    while (again) {
      again = false
      const begun = Date.now()
      try {
        const answer = await fetch(location.href)
        if (answer.status === 403) {
          say('Closed: open the address that serve printed when it was started again.')
        } else {
          // Its style has another nonce, and this page has one already.
          const text = (await answer.text()).replace(/<style[^]*?<\/style>/, '')
          put(new DOMParser().parseFromString(text, 'text/html'))
        }
      } catch { /* the stream says that the server does not answer */ }
      const took = Date.now() - begun
      await new Promise(done => setTimeout(done, Math.max(200, 2 * took)))
    }
    busy = false
  }

  function put(page) {
    const fresh = page.getElementById('main')
    if (!fresh) return
    document.title = page.title
    const parts = root => [...root.querySelectorAll('[data-live]')]
    const ids = root => parts(root).map(part => part.id).join()
    if (ids(main) !== ids(fresh)) {
      replace(main, fresh, () => main.replaceChildren(...fresh.childNodes))
      return
    }
    for (const part of parts(main)) {
      const next = fresh.querySelector(`[id="${part.id}"]`)
      if (bare(part) !== bare(next)) replace(part, next, () => part.replaceWith(next))
    }
  }

  // What a part says, without what changes by itself or is the reader's.
  function bare(part) {
    const copy = part.cloneNode(true)
    for (const time of copy.querySelectorAll('time[data-age]')) time.textContent = ''
    for (const fold of copy.querySelectorAll('details')) fold.removeAttribute('open')
    for (const rows of copy.querySelectorAll('tbody')) rows.removeAttribute('style')
    return copy.innerHTML
  }

  // Put a new part in the place of an old one: what was typed, unfolded and focused stays so.
  function replace(old, next, put) {
    const there = id => next.querySelector(`[id="${CSS.escape(id)}"]`)
    const focused = document.activeElement
    const focus = focused && old.contains(focused) && focused.id
    const selection = focus && [focused.selectionStart, focused.selectionEnd]
    for (const fold of old.querySelectorAll('details[id][open]')) {
      if (there(fold.id)) there(fold.id).open = true
    }
    for (const field of old.querySelectorAll('textarea')) {
      if (there(field.id)) {
        there(field.id).value = field.value
      } else if (field.value.trim()) {
        const unsent = document.getElementById('unsent')
        unsent.textContent = `Answered meanwhile, so this was not sent: ${field.value}`
        unsent.hidden = false
      }
    }
    // Rows that are not in view are not laid out: they are taken to be as high as those before.
    const rows = next.querySelectorAll('tbody')
    for (const [at, before] of old.querySelectorAll('tbody').entries()) {
      if (rows[at]) rows[at].style.containIntrinsicBlockSize = `auto ${before.offsetHeight}px`
    }
    put()
    const target = focus && document.getElementById(focus)
    if (!target) return
    target.focus({preventScroll: true})
    if (target.matches('textarea') && selection) target.setSelectionRange(...selection)
  }

  // Hearing

  function take(message) {
    heard = Date.now()
    if (message.hello) {
      if (source && last) tabs.postMessage({id: last, sessions: [], all: false})
      return
    }
    if (message.down) {
      say('The server does not answer; trying again.')
      return
    }
    const isMissed = message.sessions.length === 0 && message.id !== last
    const isOurs = main.dataset.session
      ? message.sessions.includes(main.dataset.session)
      : message.sessions.length > 0 && !main.dataset.every
    last = message.id
    say('Live')
    if (message.all || isMissed || isOurs) refresh()
  }

  tabs.onmessage = ({data}) => take(data)

  function open() {
    if (source) source.close()
    source = new EventSource(`/events?last=${encodeURIComponent(last)}`)
    const mine = source
    mine.onmessage = event => {
      const message = {...JSON.parse(event.data), id: event.lastEventId}
      tabs.postMessage(message)
      take(message)
    }
    mine.onerror = () => {
      const message = {down: true}
      tabs.postMessage(message)
      take(message)
      // Some browsers try again by themselves, some do not.
      if (mine.readyState === EventSource.CLOSED) {
        refresh()
        setTimeout(() => { if (source === mine) open() }, 1000)
      }
    }
  }

  function close() {
    if (source) source.close()
    source = null
  }

  function lead() {
    open()
    return new Promise(() => {}) // until this tab is closed, or another one takes over
  }

  function retire() {
    close()
    queue()
  }

  function queue() {
    navigator.locks.request('waggle', lead).catch(retire)
  }

  if (navigator.locks) {
    queue()
    tabs.postMessage({hello: true})
  } else { // not on this machine, and not encrypted
    const look = () => document.hidden ? close() : open()
    document.addEventListener('visibilitychange', look)
    look()
  }

  setInterval(() => {
    const isQuiet = Date.now() - heard > QUIET
    if (!document.hidden && isQuiet && navigator.locks && !source) {
      heard = Date.now()
      navigator.locks.request('waggle', {steal: true}, lead).catch(retire)
    } else if (isQuiet && source) { // a connection that died without a word
      heard = Date.now()
      open()
    }
  }, 5000)

  // Time passes

  function spoken(seconds) {
    for (const [size, unit] of [[86400, 'd'], [3600, 'h'], [60, 'min']]) {
      if (seconds >= 2 * size) return `${Math.floor(seconds / size)} ${unit}`
    }
    return `${seconds} s`
  }

  setInterval(() => {
    if (document.hidden) return
    for (const time of document.querySelectorAll('time[data-age]')) {
      const seconds = Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000)
      if (seconds >= 0) time.textContent = `${spoken(seconds)} ago`
    }
  }, 1000)
  // Whoever is silent is late at last, and no event says so.
  const every = Number(main.dataset.every) || (main.dataset.session ? 30 : 0)
  if (every) setInterval(() => { if (!document.hidden) refresh() }, 1000 * every)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh() })

  // The filter of the list

  const filter = document.getElementById('filter')
  let typing = 0
  if (filter) {
    const choose = () => {
      const wanted = [...new FormData(filter)].filter(([, value]) => value)
      const query = new URLSearchParams(wanted).toString()
      history.replaceState(null, '', query ? `?${query}` : location.pathname)
      refresh()
    }
    filter.addEventListener('input', () => {
      clearTimeout(typing)
      typing = setTimeout(choose, 150)
    })
    filter.addEventListener('submit', event => {
      event.preventDefault()
      choose()
    })
  }
})()
