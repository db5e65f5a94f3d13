// Runs in a browser.
const router = createRouter()
router.get('/orders', function (context) { show(context) })
app.post('/orders/new', function () { })
