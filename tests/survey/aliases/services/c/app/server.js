const app = require('express')()
app.use('/hash', require('#routes/orders'))
app.use('/tilde', require('~/routes/items'))
