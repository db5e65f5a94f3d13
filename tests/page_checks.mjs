// Opens pages in a real browser, in both colours and two widths; prints what is wrong as JSON.
import {createRequire} from 'node:module'
import {readFileSync} from 'node:fs'
import {pathToFileURL} from 'node:url'

const [modules, executablePath, ...files] = process.argv.slice(2)
const require = createRequire(`${modules}/`)
const {chromium} = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']})
const wrong = []
for (const file of files) for (const colorScheme of ['light', 'dark']) for (const width of [320, 1280]) {
  const context = await browser.newContext({colorScheme, offline: true, viewport: {width, height: 900}})
  const page = await context.newPage()
  const say = text => wrong.push(`${file.split('/').pop()} ${colorScheme} ${width}: ${text}`)
  page.on('request', request => { if (request.url() !== pathToFileURL(file).href) say(`asks for ${request.url()}`) })
  page.on('dialog', dialog => { say('a script ran'); dialog.dismiss() })
  await page.goto(pathToFileURL(file).href)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) say(`${wide} px too wide`)
  const hidden = await page.evaluate(() => [...document.querySelectorAll('svg text')].filter(one => {
    const {left, right} = one.getBoundingClientRect()
    return right - left && (left < -1 || right > innerWidth + 1)
  }).map(one => one.textContent))
  if (hidden.length) say(`words outside: ${hidden.slice(0, 3)}`)
  const folded = await page.evaluate(async () => {
    const body = [...document.querySelectorAll('.entry:not([open]) > .body')].pop()
    if (!body) return false
    location.hash = body.id
    await new Promise(done => setTimeout(done, 200))
    return !body.parentElement.open
  })
  if (folded) say('an anchor does not unfold its entry')
  await page.evaluate(axe)
  const {violations} = await page.evaluate(tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}), tags)
  for (const one of violations) say(`${one.id} (${one.impact}): ${one.nodes.slice(0, 2).map(node => node.target.join(' '))}`)
  await context.close()
}
await browser.close()
console.log(JSON.stringify(wrong))
