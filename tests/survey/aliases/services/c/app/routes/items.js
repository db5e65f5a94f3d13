const router = require('express').Router()
router.get('/items', handle)
module.exports = router
