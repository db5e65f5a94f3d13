const express = require('express')
const app = express()

app['get']('/in-brackets', list)
app["delete"](`/in-brackets/:id`, auth, remove)
for (const verb of ['get', 'post']) {
  app[verb]('/each', handle)
}
const VERB = 'PUT'.toLowerCase()
app[VERB]('/computed', handle)
app.query('/search', search)
app.search('/documents', search)
app.get('/user/:id{/:op}', show)
app.get('/files/:name{.:ext}', file)
app.get('/plain/:date([0-9]{4})', byDate)
app.use('/parse', require('./routers/app').expressApp)
app.listen(80)
