const router = require('express').Router()
router.get('/orders', handle)
module.exports = router
