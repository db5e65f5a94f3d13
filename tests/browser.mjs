// A real browser that a test drives: each line of standard input is a function body with arguments,
// the answer is a line of JSON. `page` is the first page, `context` what new ones are opened in.
import {createInterface} from 'node:readline'
import {createRequire} from 'node:module'
import {readFileSync} from 'node:fs'

const {modules, chromium, options} = JSON.parse(process.argv[2])
const require = createRequire(`${modules}/`)
const {chromium: playwright} = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const browser = await playwright.launch({
  executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
})
const context = await browser.newContext(options)
const page = await context.newPage()
const faults = []
const watch = one => {
  one.on('pageerror', error => faults.push(String(error)))
  one.on('console', message => {
    if (message.type() === 'error' && /Content Security|Refused/.test(message.text())) faults.push(message.text())
  })
}
context.on('page', watch)
watch(page)
const asked = []
context.on('request', request => asked.push(request.url()))

// Serious findings of axe-core, each with where it is.
async function serious(one) {
  await one.evaluate(axe)
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
  const {violations} = await one.evaluate(tags => window.axe.run(document, {runOnly: tags}), tags)
  return violations
    .filter(row => ['serious', 'critical'].includes(row.impact) || row.impact === 'moderate')
    .map(row => `${row.id}: ${row.nodes.map(node => node.target.join(' ')).slice(0, 3).join(', ')}`)
}

const AsyncFunction = (async () => {}).constructor
const tools = {browser, context, page, faults, asked, serious}
for await (const line of createInterface({input: process.stdin})) {
  const {code, given} = JSON.parse(line)
  let answer
  try {
    const made = new AsyncFunction(...Object.keys(tools), 'given', code)
    answer = {value: await made(...Object.values(tools), given) ?? null}
  } catch (error) {
    answer = {error: String(error.stack ?? error)}
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
await browser.close()
